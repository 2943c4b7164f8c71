"""Undoing a join: nothing is lost, and what follows goes where the message went."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions import moving, replies, undelivered
from helpdesk.actions.held import Wait
from helpdesk.desk import Desk
from helpdesk.jobs.reconcile import differences
from helpdesk.models import AuditEvent, Delivery, Envelope, NotPossible, Ticket, now
from helpdesk.models.message import Hold
from helpdesk.models.visibility import NotFound
from helpdesk.queries.search import search
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.move_reason import MoveReason, Why
from tests.factories import Mail, make_agent, receive


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def joined(desk: Desk) -> tuple[int, int, Mail]:
    """Bo answered a mail to Ann: the ticket, his message's id, and his mail."""
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    his = Mail(
        text="My xylophone hums.", sender="Bo <bo@dal.example>", subject="Xylophone",
        headers={"In-Reply-To": said.message_id},
    )  # fmt: skip
    outcome = receive(desk, his)
    assert outcome.ticket == ticket
    with desk.read() as session:
        message = session.query(Envelope.message_id).filter_by(id=outcome.envelope).scalar()
    return ticket, message, his


def texts(desk: Desk, ticket: int) -> list[str]:
    return [m["text"].strip() for m in ticket_record(desk, SYSTEM, ticket)["messages"]]


def test_detached_it_is_a_linked_ticket_of_its_own(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    new = moving.detach(desk, mei, ticket, message)
    assert texts(desk, ticket) == ["The tent pole snapped.", "On its way."]
    record = ticket_record(desk, SYSTEM, new)
    assert (record["subject"], record["requester"]["email"]) == ("Xylophone", "bo@dal.example")
    assert record["messages"][0]["thread_reason"].startswith("Joined by our Message-ID")
    assert [row.id for row in _found(desk, mei, "xylophone hums")] == [new]


def test_what_follows_goes_where_the_message_went(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, his = joined
    new = moving.detach(desk, mei, ticket, message)
    again = Mail(sender=his.sender, text="Still.", headers={"In-Reply-To": his.message_id})
    assert receive(desk, again).ticket == new
    assert receive(desk, his).outcome == "duplicate"
    assert receive(desk, his).ticket == new
    replies.send(desk, mei, new, "Let us look.")
    assert len(replies.send(desk, mei, ticket, "Anything else?").deliveries) == 1


def test_moved_it_stands_at_the_end_of_the_other_ticket(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    other = receive(desk, Mail(sender="Bo <bo@dal.example>", text="First.")).ticket or 0
    moving.move(desk, mei, ticket, message, other)
    assert texts(desk, other) == ["First.", "My xylophone hums."]
    moving.move(desk, mei, other, message, ticket)
    assert texts(desk, ticket)[-1] == "My xylophone hums."


def test_what_cannot_be_moved_says_why(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    lonely = receive(desk, Mail(sender="Cy <cy@fell.example>")).ticket or 0
    with desk.read() as session:
        only = session.query(Envelope.message_id).filter_by(ticket_id=lonely).scalar()
        ours = next(m for m in _messages(desk, ticket) if m.direction == "outbound").id
    with pytest.raises(NotPossible, match=r"written to ann@fjell\.example, who takes no part"):
        moving.move(desk, mei, ticket, ours, lonely)
    later = Wait(Hold.SCHEDULED, now() + timedelta(days=1))
    waits = replies.send(desk, mei, ticket, "Any news?", wait=later)
    held = next(m.id for m in _messages(desk, ticket) if m.seq == waits.seq)
    with pytest.raises(NotPossible, match="has not left yet"):
        moving.detach(desk, mei, ticket, held)
    with pytest.raises(NotPossible, match="only message here"):
        moving.detach(desk, mei, lonely, only)
    with pytest.raises(NotFound):
        moving.detach(desk, mei, lonely, message)
    with pytest.raises(NotFound):
        moving.move(desk, mei, ticket, message, 4242)
    with pytest.raises(NotPossible, match="already"):
        moving.move(desk, mei, ticket, message, ticket)
    assert len(texts(desk, ticket)) == 4


def _messages(desk: Desk, ticket: int) -> list:  # type: ignore[type-arg]
    from helpdesk.models import Message

    with desk.read() as session:
        return session.query(Message).filter_by(ticket_id=ticket).all()


def _found(desk: Desk, actor: Actor, words: str) -> list:  # type: ignore[type-arg]
    with desk.read() as session:
        return search(session, actor, words, "").rows


def test_the_reason_is_kept_and_both_tickets_say_it(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    reason = MoveReason(Why.OTHER_PERSON, "Bo has an order of his own")
    new = moving.detach(desk, mei, ticket, message, reason)
    moved, came = (_events(desk, number, "message.") for number in (ticket, new))
    assert [(e.event, e.reason, e.data["why"]) for e in (*moved, *came)] == [
        ("message.moved", reason.words, "other_person"),
        ("message.came", reason.words, "other_person"),
    ]
    said = ticket_record(desk, SYSTEM, new)["messages"][0]["thread_reason"]
    assert said.startswith("Joined by our Message-ID")
    assert said.endswith(
        f"Moved from ticket {ticket} by Mei Chen: it is somebody else's. {reason.words}"
    )


def test_moved_back_it_stands_where_it_stood(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    replies.send(desk, mei, ticket, "Is that yours, Bo?")
    before = _places(desk, ticket)
    other = receive(desk, Mail(sender="Cy <cy@fell.example>", text="First.")).ticket or 0
    third = receive(desk, Mail(sender="Cy <cy@fell.example>", text="Second.")).ticket or 0
    moving.move(desk, mei, ticket, message, other)
    moving.move(desk, mei, other, message, third)
    assert len(_places(desk, ticket)) == 3
    moving.move(desk, mei, third, message, other)
    moving.move(desk, mei, other, message, ticket, MoveReason(Why.MISTAKE))
    assert _places(desk, ticket) == before
    assert texts(desk, other) == ["First."]
    assert "Moved" not in ticket_record(desk, SYSTEM, ticket)["messages"][2]["thread_reason"]
    assert [e.event for e in _events(desk, ticket, "message.")] == [
        "message.moved", "message.came",
    ]  # fmt: skip
    assert _miscounted(desk) == []
    replies.send(desk, mei, ticket, "Thanks.")
    assert texts(desk, ticket)[-1] == "Thanks."


def test_the_ticket_that_was_opened_for_it_goes_back_with_it(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, his = joined
    replies.send(desk, mei, ticket, "Thank you both.")
    before = _places(desk, ticket)
    new = moving.detach(desk, mei, ticket, message)
    moving.move(desk, mei, new, message, ticket, MoveReason(Why.MISTAKE))
    assert _places(desk, ticket) == before
    with desk.read() as session:
        assert session.get_one(Ticket, new).merged_into_id == ticket
        assert session.get_one(Ticket, ticket).status == "waiting"
    assert _miscounted(desk) == []
    again = Mail(sender=his.sender, text="Still.", headers={"In-Reply-To": his.message_id})
    assert receive(desk, again).ticket == ticket


def test_our_answer_and_a_note_can_be_moved_too(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, _message, _his = joined
    replies.note(desk, mei, ticket, "Ask the courier.")
    by_text = {m.text: m.id for m in _messages(desk, ticket)}
    noted, answered = by_text["Ask the courier."], by_text["On its way."]
    hers = receive(desk, Mail(text="And the stove?")).ticket or 0
    for message in (noted, answered):
        moving.move(desk, mei, ticket, message, hers)
    assert sorted(texts(desk, hers)) == ["And the stove?", "Ask the courier.", "On its way."]
    own = moving.detach(desk, mei, hers, answered)
    record = ticket_record(desk, SYSTEM, own)
    assert (record["status"], record["subject"]) == ("waiting", "Tent pole")
    assert record["requester"]["email"] == "ann@fjell.example"
    message_id = record["messages"][0]["deliveries"][0]["message_id"]
    reply = Mail(text="It came.", headers={"In-Reply-To": message_id})
    assert receive(desk, reply).ticket == own
    noted_alone = moving.detach(desk, mei, hers, noted)
    replies.send(desk, mei, noted_alone, "The courier has it.")
    assert _miscounted(desk) == []


def test_an_answer_that_did_not_get_out_alarms_where_it_lies_now(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, _message, _his = joined
    ours = next(m.id for m in _messages(desk, ticket) if m.direction == "outbound")
    with desk.write() as session:
        delivery = session.query(Delivery).filter_by(message_id=ours).one()
        delivery.state = "failed"
        undelivered.failed(session.get_one(Ticket, ticket), delivery.message, delivery)
    new = moving.detach(desk, mei, ticket, ours)
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).undelivered_at is None
        assert session.get_one(Ticket, new).undelivered_at is not None


def _places(desk: Desk, ticket: int) -> list[tuple[int, float, str]]:
    return sorted((m.seq, m.place, m.text.strip()) for m in _messages(desk, ticket))


def _events(desk: Desk, ticket: int, begins: str) -> list[AuditEvent]:
    with desk.read() as session:
        events = session.query(AuditEvent).filter_by(ticket_id=ticket).order_by(AuditEvent.id)
        kinds = (f"{begins}moved", f"{begins}came")
        return [event for event in events if event.event in kinds]


def _miscounted(desk: Desk) -> list[int | None]:
    """The tickets that do not have the messages which they count."""
    return [found.ticket for found in differences(desk) if found.kind == "gap"]
