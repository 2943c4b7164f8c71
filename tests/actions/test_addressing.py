"""The recipients of one reply: chosen among those who take part, and typed; checked here."""

from __future__ import annotations

import pytest

from helpdesk.actions import replies, tickets
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, NotPossible, Participant, now
from helpdesk.queries.recipients import choices
from helpdesk.queries.ticket_page import ticket_head
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.recipients import Recipients
from tests.factories import Mail, receive

ANN, BO, EVE = "ann@fjell.example", "bo@dal.example", "eve@elsewhere.example"


@pytest.fixture
def ticket(desk: Desk) -> int:
    """Ann wrote, Eve joined by answering our mail, and nobody has confirmed Eve."""
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    receive(desk, Mail(sender=f"Eve <{EVE}>", headers={"In-Reply-To": said.message_id}))
    return ticket


def sent(desk: Desk, ticket: int, recipients: Recipients | None) -> tuple[list, list, list]:
    said = replies.send(desk, SYSTEM, ticket, "Soon.", recipients=recipients)
    with desk.read() as session:
        message = session.query(Message).filter_by(ticket_id=ticket, seq=said.seq).one()
        rows = session.query(Delivery.recipient).filter_by(message_id=message.id)
        return message.to, message.cc, [row.recipient for row in rows]


def test_it_goes_to_exactly_those_who_were_chosen(desk: Desk, ticket: int) -> None:
    to, cc, recipients = sent(desk, ticket, Recipients((ANN, "Lo@dal.example".lower()), (BO,)))
    assert (to, cc) == ([ANN, "lo@dal.example"], [BO])
    assert recipients == [ANN, "lo@dal.example", BO]


def test_whom_the_agent_typed_takes_part_and_is_in_copy_next_time(desk: Desk, ticket: int) -> None:
    sent(desk, ticket, Recipients((ANN,), (BO,)))
    assert sent(desk, ticket, None) == ([ANN], [BO], [ANN, BO])
    assert sent(desk, ticket, Recipients((ANN,))) == ([ANN], [], [ANN])  # for once


def test_an_unconfirmed_participant_is_never_addressed(desk: Desk, ticket: int) -> None:
    assert sent(desk, ticket, None)[2] == [ANN]
    with pytest.raises(NotPossible, match="Confirm it"):
        sent(desk, ticket, Recipients((ANN,), (EVE,)))
    with desk.read() as session:
        waiting = session.query(Participant.id).filter_by(confirmed_at=None).scalar()
    tickets.confirm_participant(desk, SYSTEM, ticket, waiting)
    assert sent(desk, ticket, Recipients((ANN,), (EVE,)))[2] == [ANN, EVE]


@pytest.mark.parametrize("ours", ["support@tarnfold.example", "support+t9.x@tarnfold.example"])
def test_an_address_of_ours_is_refused(desk: Desk, ticket: int, ours: str) -> None:
    with pytest.raises(NotPossible, match="address of ours"):
        sent(desk, ticket, Recipients((ours,)))


def test_an_address_that_mail_comes_back_from_is_refused(desk: Desk, ticket: int) -> None:
    with desk.write() as session:
        session.query(ContactPoint).filter_by(value=ANN).one().unreachable_at = now()
    with pytest.raises(NotPossible, match="came back"):
        sent(desk, ticket, Recipients((ANN,)))
    assert sent(desk, ticket, Recipients((BO,)))[2] == [BO]  # another way, by the agent's choice


def test_a_refused_reply_changes_nothing(desk: Desk, ticket: int) -> None:
    with pytest.raises(NotPossible):
        sent(desk, ticket, Recipients((BO,), (EVE,)))
    with desk.read() as session:
        assert session.query(ContactPoint).filter_by(value=BO).count() == 0


def test_the_list_says_who_is_addressed_unless_the_agent_chooses(desk: Desk, ticket: int) -> None:
    sent(desk, ticket, Recipients((ANN,), (BO,)))
    with desk.read() as session:
        found = choices(desk, session, ticket_head(session, SYSTEM, ticket))
    assert [(c.address, c.place, c.is_confirmed) for c in found] == [
        (ANN, "to", True), (EVE, "", False), (BO, "cc", True),
    ]  # fmt: skip
