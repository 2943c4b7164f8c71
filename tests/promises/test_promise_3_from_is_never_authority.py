"""Promise 3: what a sender says about themselves files a message; it opens no door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.actions import customers, inboxes, ingest, replies, tickets, visitors
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    Delivery,
    Message,
    NotPossible,
    Participant,
    Ticket,
)
from helpdesk.models.customer import MergeSuggestion
from helpdesk.models.visibility import NotFound
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent
from tests.promises.trials import chatted, posted

OURS = "support@tarnfold.example"
TRUSTED = "mx.tarnfold.example"
ANN = "Ann <ann@fjell.example>"
MALLORY = "Mallory <mallory@evil.example>"


@pytest.fixture
def inbox(desk: Desk) -> int:
    """A mailbox whose receiving server checks senders for us."""
    return inboxes.add_inbox(
        desk,
        SYSTEM,
        channel="email",
        address=OURS,
        name="Support",
        settings={"authentication": "header", "trusted_authserv": TRUSTED},
    )


@pytest.fixture
def widget(desk: Desk) -> int:
    return inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")


def passed(domain: str = "fjell.example", by: str = TRUSTED) -> dict[str, str]:
    return {"Authentication-Results": f"{by}; dmarc=pass header.from={domain}"}


def failed(domain: str = "fjell.example") -> dict[str, str]:
    return {"Authentication-Results": f"{TRUSTED}; dmarc=fail header.from={domain}"}


def take(desk: Desk, inbox: int, mail: Mail) -> Outcome:
    return ingest.ingest_mail(desk, inbox, bytes(mail))


def answer(desk: Desk, ticket: int | None) -> replies.Said:
    """Our answer, on its way to whoever takes part."""
    said = replies.send(desk, SYSTEM, ticket, "Have a look.")
    for delivery in said.deliveries:
        deliver(desk, delivery)
    return said


def message_of(desk: Desk, outcome: Outcome) -> Message:
    with desk.read() as session:
        return session.scalars(
            select(Message).where(
                Message.ticket_id == outcome.ticket, Message.seq == outcome.message
            )
        ).one()


def participants(desk: Desk, ticket: int | None) -> dict[str, Participant]:
    with desk.read() as session:
        rows = session.execute(
            select(ContactPoint.value, Participant)
            .join(Participant, Participant.contact_point_id == ContactPoint.id)
            .where(Participant.ticket_id == ticket)
        )
        return {row[0]: row[1] for row in rows}


def recipients(desk: Desk, said: replies.Said) -> set[str]:
    with desk.read() as session:
        return set(
            session.scalars(select(Delivery.recipient).where(Delivery.id.in_(said.deliveries)))
        )


def point(desk: Desk, value: str) -> ContactPoint:
    with desk.read() as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.value == value)).one()


def events(desk: Desk, name: str) -> Sequence[AuditEvent]:
    with desk.read() as session:
        return session.scalars(
            select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id)
        ).all()


def suggestions(desk: Desk) -> Sequence[MergeSuggestion]:
    with desk.read() as session:
        return session.scalars(select(MergeSuggestion).order_by(MergeSuggestion.id)).all()


# A forged From


def test_promise_3_a_forged_from_is_filed_and_marked_unproved(desk: Desk, inbox: int) -> None:
    real = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    forged = take(desk, inbox, Mail(sender=ANN, headers=failed()))
    assert message_of(desk, real).proof == "dmarc"
    assert message_of(desk, forged).proof == "none"
    assert forged.customer == real.customer
    assert forged.ticket != real.ticket
    assert "header" in message_of(desk, forged).facts["authentication"]["method"]


def test_promise_3_a_forged_from_verifies_nothing(desk: Desk, inbox: int) -> None:
    take(desk, inbox, Mail(sender=ANN, headers=failed()))
    assert not point(desk, "ann@fjell.example").is_verified
    take(desk, inbox, Mail(sender=ANN, headers=passed()))
    assert point(desk, "ann@fjell.example").verified_by == "dmarc"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        passed(by="mx.evil.example"),
        passed(by="tarnfold.example"),
        passed(by=f"{TRUSTED}.evil.example"),
        passed("evil.example"),
        {"Authentication-Results": f"mx.evil.example; x={TRUSTED}; dmarc=pass"},
        {"X-Authentication-Results": passed()["Authentication-Results"]},
    ],
)
def test_promise_3_results_that_the_sender_wrote_prove_nothing(
    desk: Desk, inbox: int, headers: dict[str, str]
) -> None:
    assert message_of(desk, take(desk, inbox, Mail(sender=ANN, headers=headers))).proof == "none"


def test_promise_3_the_topmost_result_of_our_server_counts(desk: Desk, inbox: int) -> None:
    theirs = Mail(sender=ANN, headers=passed())
    raw = b"Authentication-Results: " + failed()["Authentication-Results"].encode() + b"\r\n"
    outcome = ingest.ingest_mail(desk, inbox, raw + bytes(theirs))
    assert message_of(desk, outcome).proof == "none"


def test_promise_3_two_from_headers_prove_nothing(desk: Desk, inbox: int) -> None:
    raw = b"From: mallory@evil.example\r\n" + bytes(Mail(sender=ANN, headers=passed()))
    assert message_of(desk, ingest.ingest_mail(desk, inbox, raw)).proof == "none"


def test_promise_3_a_reply_goes_to_the_address_on_file_and_never_where_a_mail_asks(
    desk: Desk, inbox: int
) -> None:
    forged = Mail(sender=ANN, headers={"Reply-To": MALLORY, **failed()})
    assert recipients(desk, answer(desk, take(desk, inbox, forged).ticket)) == {"ann@fjell.example"}


# Strangers who hold a way into a ticket


def by_token(desk: Desk, opened: Outcome, said: replies.Said) -> Mail:
    key = desk.vault.key("plus addresses")
    return Mail(sender=MALLORY, to=plus_address.make(OURS, opened.ticket or 0, key))


def by_our_message_id(desk: Desk, opened: Outcome, said: replies.Said) -> Mail:
    return Mail(sender=MALLORY, headers={"In-Reply-To": said.message_id})


@pytest.mark.parametrize("way", [by_token, by_our_message_id])
def test_promise_3_a_stranger_who_joins_is_shown_and_never_addressed_until_confirmed(
    desk: Desk, inbox: int, way: Any
) -> None:
    agent = make_agent(desk)
    opened = take(desk, inbox, Mail(sender=ANN))
    said = answer(desk, opened.ticket)
    joined = take(desk, inbox, way(desk, opened, said))
    assert (joined.outcome, joined.ticket) == ("appended", opened.ticket)
    stranger = participants(desk, opened.ticket)["mallory@evil.example"]
    assert stranger.confirmed_at is None
    assert joined.customer != opened.customer
    assert recipients(desk, answer(desk, opened.ticket)) == {"ann@fjell.example"}
    with desk.read() as session:
        assert session.get_one(Ticket, opened.ticket).customer_id == opened.customer

    tickets.confirm_participant(desk, agent, opened.ticket or 0, stranger.id)
    assert recipients(desk, answer(desk, opened.ticket)) == {
        "ann@fjell.example",
        "mallory@evil.example",
    }
    (confirmed,) = events(desk, "participant.confirmed")
    assert (confirmed.actor_id, confirmed.data["address"]) == (agent.id, "mallory@evil.example")


def test_promise_3_a_strangers_accomplices_in_copy_are_not_addressed_either(
    desk: Desk, inbox: int
) -> None:
    opened = take(desk, inbox, Mail(sender=ANN))
    mail = by_our_message_id(desk, opened, answer(desk, opened.ticket))
    mail.headers["Cc"] = "more@evil.example"
    take(desk, inbox, mail)
    assert participants(desk, opened.ticket)["more@evil.example"].confirmed_at is None
    assert recipients(desk, answer(desk, opened.ticket)) == {"ann@fjell.example"}


def test_promise_3_who_was_put_in_copy_by_the_requester_takes_part(desk: Desk, inbox: int) -> None:
    copied = {"Cc": "bo@fjell.example"}
    opened = take(desk, inbox, Mail(sender=ANN, headers=copied | passed()))
    assert recipients(desk, answer(desk, opened.ticket)) == {
        "ann@fjell.example",
        "bo@fjell.example",
    }


def test_promise_3_a_forged_sender_cannot_put_himself_in_copy(desk: Desk, inbox: int) -> None:
    forged = Mail(sender=ANN, headers={"Cc": "mallory@evil.example"} | failed())
    opened = take(desk, inbox, forged)
    assert participants(desk, opened.ticket)["mallory@evil.example"].confirmed_at is None
    assert recipients(desk, answer(desk, opened.ticket)) == {"ann@fjell.example"}


@pytest.mark.parametrize("change", ["ticket", "token", "inbox", "case of the domain"])
def test_promise_3_a_made_up_token_opens_nothing(desk: Desk, inbox: int, change: str) -> None:
    key = desk.vault.key("plus addresses")
    opened = take(desk, inbox, Mail(sender=ANN))
    good = plus_address.make(OURS, opened.ticket or 0, key)
    local, _, domain = good.partition("@")
    made_up = {
        "ticket": good.replace(f"+t{opened.ticket}.", f"+t{(opened.ticket or 0) + 1}."),
        "token": local[:-1] + ("a" if local[-1] != "a" else "b") + "@" + domain,
        "inbox": plus_address.make("sales@tarnfold.example", opened.ticket or 0, key),
        "case of the domain": plus_address.make(OURS, opened.ticket or 0, b"x" * 32),
    }[change]
    joined = take(desk, inbox, Mail(sender=MALLORY, to=made_up))
    assert joined.ticket != opened.ticket


# A customer's Message-ID and the tag in the subject


def test_promise_3_a_customers_message_id_joins_participants_only(desk: Desk, inbox: int) -> None:
    opened = take(desk, inbox, Mail(sender=ANN, message_id="<newsletter@fjell.example>"))
    follows = {"In-Reply-To": "<newsletter@fjell.example>"}
    strangers = [
        take(desk, inbox, Mail(sender=f"{name}@evil.example", headers=follows)) for name in "ab"
    ]
    own = take(desk, inbox, Mail(sender=ANN, headers=follows))
    assert own.ticket == opened.ticket
    assert len({opened.ticket, *(each.ticket for each in strangers)}) == 3
    hints = events(desk, "ticket.link_suggested")
    assert [e.data["other"] for e in hints] == [opened.ticket] * 2


@pytest.mark.parametrize(
    ("sender", "headers", "joins"),
    [
        (ANN, passed(), True),
        (ANN, failed(), False),
        (ANN, {}, False),
        (MALLORY, passed("evil.example"), False),
        (MALLORY, {}, False),
    ],
)
def test_promise_3_a_tag_in_the_subject_joins_a_proved_participant_only(
    desk: Desk, inbox: int, sender: str, headers: dict[str, str], joins: bool
) -> None:
    opened = take(desk, inbox, Mail(sender=ANN))
    tagged = Mail(sender=sender, subject=f"Re: Tent pole [#{opened.ticket}]", headers=headers)
    outcome = take(desk, inbox, tagged)
    assert (outcome.ticket == opened.ticket) is joins
    if not joins:
        (hint,) = events(desk, "ticket.link_suggested")
        assert (hint.ticket_id, hint.data["other"]) == (outcome.ticket, opened.ticket)


@pytest.mark.parametrize("quote", ["Ticket#{}", "[#{}]", "#{}", "ticket {}", "[Ticket #{}]"])
def test_promise_3_quoting_a_number_in_the_text_joins_nobody(
    desk: Desk, inbox: int, quote: str
) -> None:
    opened = take(desk, inbox, Mail(sender=ANN))
    text = f"See {quote.format(opened.ticket)}\r\n\r\n> Subject: [#{opened.ticket}]"
    assert take(desk, inbox, Mail(sender=MALLORY, text=text)).ticket != opened.ticket


def test_promise_3_a_tag_of_a_ticket_that_is_not_there_is_only_words(
    desk: Desk, inbox: int
) -> None:
    for number in (4242, 999_999_999, 0):
        mail = Mail(sender=ANN, subject=f"Re: [#{number}]", headers=passed())
        assert take(desk, inbox, mail).outcome == "created"


# Chat


def test_promise_3_an_email_typed_into_the_chat_only_suggests_who_it_is(
    desk: Desk, inbox: int, widget: int
) -> None:
    ann = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    visitor = posted(desk, widget, chatted("1", 1))
    visitors.leave_address(desk, f"v_{1:032}", name="Ann", email="ann@fjell.example")
    (suggestion,) = suggestions(desk)
    assert {suggestion.customer_id, suggestion.other_id} == {ann.customer, visitor.customer}
    assert "ann@fjell.example" in suggestion.evidence
    with desk.read() as session:
        assert session.get_one(Ticket, visitor.ticket).customer_id == visitor.customer
    visitors.leave_address(desk, f"v_{1:032}", name="Ann", email="ann@fjell.example")
    assert len(suggestions(desk)) == 1


def test_promise_3_an_answer_in_the_chat_never_follows_to_a_claimed_address(
    desk: Desk, inbox: int, widget: int
) -> None:
    claim = {"kind": "email", "value": "ann@fjell.example"}
    visitor = posted(desk, widget, chatted("1", 1, claims=[claim]))
    with pytest.raises(NotPossible, match="confirmed"):
        replies.send(desk, SYSTEM, visitor.ticket, "Your order", channel="email")
    said = replies.send(desk, SYSTEM, visitor.ticket, "Your order")
    assert recipients(desk, said) == {f"v_{1:032}"}


def signed(email: str = "ann@fjell.example") -> dict[str, str]:
    return {"kind": "email", "value": email, "name": "Ann", "proof": "signed"}


def test_promise_3_an_identity_that_the_site_signed_joins_and_says_so(
    desk: Desk, inbox: int, widget: int
) -> None:
    ann = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    before = posted(desk, widget, chatted("1", 1))
    after = posted(desk, widget, chatted("1", 2, claims=[signed()]))
    assert before.customer != ann.customer
    assert after.customer == ann.customer
    (merged,) = events(desk, "customer.merged")
    assert merged.customer_id == ann.customer
    assert merged.data["other_id"] == before.customer
    assert merged.data["moved"]["tickets"] == [before.ticket]
    assert merged.reason
    assert suggestions(desk) == []


def test_promise_3_a_signed_identity_does_not_inherit_what_was_never_proved(
    desk: Desk, inbox: int, widget: int
) -> None:
    """Mail that anybody may have forged is not laid before whoever signs in with its address."""
    forged = take(desk, inbox, Mail(sender=ANN, headers=failed()))
    visitor = posted(desk, widget, chatted("1", 1, claims=[signed()]))
    assert visitor.customer != forged.customer
    assert len(suggestions(desk)) == 1


def test_promise_3_a_site_that_did_not_check_the_address_proves_nothing(
    desk: Desk, inbox: int, widget: int
) -> None:
    ann = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    claim = {**signed(), "proof": "none"}
    visitor = posted(desk, widget, chatted("1", 1, claims=[claim]))
    assert visitor.customer != ann.customer
    assert len(suggestions(desk)) == 1


def test_promise_3_who_proves_an_address_is_not_filed_under_whoever_claimed_it_first(
    desk: Desk, inbox: int, widget: int
) -> None:
    """Mallory types Ann's address into the chat before Ann has ever written."""
    claim = {"kind": "email", "value": "ann@fjell.example"}
    mallory = posted(desk, widget, chatted("1", 1, claims=[claim]))
    ann = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    assert ann.customer != mallory.customer


# What was joined is written down, and can be undone


def test_promise_3_an_agent_answers_a_suggestion_once(desk: Desk, inbox: int, widget: int) -> None:
    agent = make_agent(desk)
    ann = take(desk, inbox, Mail(sender=ANN, headers=passed()))
    visitor = posted(desk, widget, chatted("1", 1))
    visitors.leave_address(desk, f"v_{1:032}", name="Ann", email="ann@fjell.example")
    (suggestion,) = suggestions(desk)
    customers.accept_suggestion(desk, agent, suggestion.id)
    with desk.read() as session:
        assert session.get_one(Ticket, visitor.ticket).customer_id == ann.customer
    (merged,) = events(desk, "customer.merged")
    assert (merged.actor_id, merged.data["moved"]["tickets"]) == (agent.id, [visitor.ticket])
    with pytest.raises(NotFound):
        customers.dismiss_suggestion(desk, agent, suggestion.id)


def test_promise_3_a_dismissed_suggestion_does_not_come_back(
    desk: Desk, inbox: int, widget: int
) -> None:
    agent = make_agent(desk)
    take(desk, inbox, Mail(sender=ANN, headers=passed()))
    visitor = posted(desk, widget, chatted("1", 1))
    for _ in range(2):
        visitors.leave_address(desk, f"v_{1:032}", name="Ann", email="ann@fjell.example")
        for suggestion in suggestions(desk):
            if suggestion.state == "open":
                customers.dismiss_suggestion(desk, agent, suggestion.id)
    assert [s.state for s in suggestions(desk)] == ["dismissed"]
    assert len(events(desk, "customer.merge_dismissed")) == 1
    with desk.read() as session:
        assert session.get_one(Ticket, visitor.ticket).customer_id == visitor.customer


def test_promise_3_every_message_says_why_it_is_where_it_is(desk: Desk, inbox: int) -> None:
    opened = take(desk, inbox, Mail(sender=ANN, message_id="<first@fjell.example>"))
    said = answer(desk, opened.ticket)
    take(desk, inbox, by_token(desk, opened, said))
    take(desk, inbox, Mail(sender=ANN, headers={"In-Reply-To": said.message_id}))
    take(desk, inbox, Mail(sender=ANN, headers={"In-Reply-To": "<first@fjell.example>"}))
    reasons = [
        m["thread_reason"]
        for m in ticket_record(desk, SYSTEM, opened.ticket or 0)["messages"]
        if m["direction"] == "inbound"
    ]
    assert reasons == [
        "Opened a new ticket",
        "Joined by the reply address",
        f"Joined by our Message-ID {said.message_id}",
        "Joined by a Message-ID of a participant <first@fjell.example>",
    ]
    assert [e.reason for e in events(desk, "message.received")] == reasons


# What goes wrong in this field (STYLE)


def test_a_colleagues_answer_from_their_own_mail_client_keeps_one_ticket(
    desk: Desk, inbox: int
) -> None:
    """chatwoot#10028"""
    opened = take(desk, inbox, Mail(sender=ANN))
    said = answer(desk, opened.ticket)
    colleague = Mail(sender="mei@tarnfold.example", headers={"In-Reply-To": said.message_id})
    assert take(desk, inbox, colleague).ticket == opened.ticket
    references = f"{said.message_id} {colleague.message_id}"
    headers = {"In-Reply-To": colleague.message_id, "References": references}
    assert take(desk, inbox, Mail(sender=ANN, headers=headers)).ticket == opened.ticket


def test_mail_without_a_message_id_is_taken_in_once(desk: Desk, inbox: int) -> None:
    """Skipped for ever, or a ticket at every poll (osTicket#494)"""
    nameless, other = Mail(message_id=""), Mail(message_id="", text="Another matter")
    first, again, second = (take(desk, inbox, each) for each in (nameless, nameless, other))
    assert [each.outcome for each in (first, again, second)] == ["created", "duplicate", "created"]
    assert (again.ticket, second.ticket != first.ticket) == (first.ticket, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List-Id": "<news.fjell.example>"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
def test_automatic_mail_is_a_note_that_answers_and_reopens_nothing(
    desk: Desk, inbox: int, headers: dict[str, str]
) -> None:
    """chatwoot#5131, osTicket#1041: out-of-office loops"""
    opened = take(desk, inbox, Mail(sender=ANN))
    said = answer(desk, opened.ticket)
    tickets.change_status(desk, make_agent(desk), opened.ticket or 0, Status.RESOLVED)
    mail = Mail(sender=ANN, headers={"In-Reply-To": said.message_id, **headers})
    outcome = take(desk, inbox, mail)
    assert (outcome.outcome, outcome.ticket) == ("note", opened.ticket)
    assert ticket_record(desk, SYSTEM, opened.ticket or 0)["status"] == "resolved"
    with desk.read() as session:
        assert session.query(Delivery).count() == len(said.deliveries)
