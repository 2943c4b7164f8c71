"""Opposite things at once, over both databases: every row once, every number in its place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from helpdesk.actions import customers, deliveries, inboxes, ingest, intake, replies, tickets
from helpdesk.desk import Desk
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    Customer,
    Delivery,
    Envelope,
    Message,
    Order,
    Ticket,
)
from helpdesk.models.order import Money
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import Mail, receive
from tests.promises.trials import chatted, posted

WRITERS = 8


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; what each came to. Raises what any of them raised."""
    together = threading.Barrier(len(work))

    def begin(one: Callable[[], Any]) -> Any:
        together.wait(20)
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result(60) for each in [pool.submit(begin, one) for one in work]]


def count(desk: Desk, noun: type) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def seqs(desk: Desk, ticket: int | None) -> list[int]:
    with desk.read() as session:
        found = select(Message.seq).where(Message.ticket_id == ticket).order_by(Message.seq)
        return list(session.scalars(found))


def test_the_same_bytes_handed_in_by_two_are_one_envelope(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    mail = bytes(Mail())

    def hand_in() -> intake.Outcome:
        return ingest.ingest_mail(desk, inbox, mail)

    outcomes = at_once(*[hand_in] * WRITERS)
    assert sorted(o.outcome for o in outcomes) == ["created"] + ["duplicate"] * (WRITERS - 1)
    assert (count(desk, Envelope), count(desk, Message)) == (1, 1)


def test_one_envelope_attached_by_two_workers_is_one_message(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    kept = [
        ingest.accept_mail(desk, inbox, bytes(Mail(sender=f"{n}@fjell.example")), source="smtp")
        for n in range(4)
    ]
    at_once(*[lambda e=k.envelope_id: intake.attach(desk, e) for k in kept for _ in range(2)])
    assert count(desk, Message) == count(desk, Ticket) == len(kept)
    for envelope in kept:
        assert intake.outcome_of(desk, envelope.envelope_id).outcome == "created"


def test_one_mail_to_many_inboxes_at_once_is_one_message(desk: Desk) -> None:
    mail = bytes(Mail())
    ids = [inboxes.email_inbox(desk, f"{n}@tarnfold.example") for n in range(WRITERS)]
    outcomes = at_once(*[lambda i=i: ingest.ingest_mail(desk, i, mail) for i in ids])
    assert {o.ticket for o in outcomes} == {outcomes[0].ticket}
    assert (count(desk, Message), count(desk, Envelope)) == (1, WRITERS)
    assert sorted(o.outcome for o in outcomes) == ["created"] + ["duplicate"] * (WRITERS - 1)


def test_many_first_mails_of_one_customer_at_once_are_one_customer(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    mails = [bytes(Mail(text=f"{n}")) for n in range(WRITERS)]
    outcomes = at_once(*[lambda m=m: ingest.ingest_mail(desk, inbox, m) for m in mails])
    assert {o.outcome for o in outcomes} == {"created"}
    assert len({o.customer for o in outcomes}) == 1
    assert (count(desk, Customer), count(desk, ContactPoint)) == (1, 1)


def test_an_inbox_that_two_ask_for_at_once_is_made_once(desk: Desk) -> None:
    made = at_once(*[lambda: inboxes.email_inbox(desk, "new@tarnfold.example")] * WRITERS)
    assert len(set(made)) == 1


def test_two_messages_of_a_new_visitor_make_one_conversation(desk: Desk) -> None:
    """chatwoot PR#14214: two messages 214 ms apart made two conversations."""
    widget = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    outcomes = at_once(
        *[lambda n=n: posted(desk, widget, chatted("1", n)) for n in range(1, WRITERS + 1)]
    )
    assert len({o.ticket for o in outcomes}) == 1
    assert seqs(desk, outcomes[0].ticket) == list(range(1, WRITERS + 1))


def test_two_messages_of_a_returning_visitor_make_one_conversation(desk: Desk) -> None:
    widget = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    earlier = posted(desk, widget, chatted("1", 1))
    tickets.change_status(desk, SYSTEM, earlier.ticket or 0, Status.CLOSED)
    outcomes = at_once(
        *[lambda n=n: posted(desk, widget, chatted("1", n)) for n in range(2, WRITERS + 2)]
    )
    assert len({o.ticket for o in outcomes}) == 1
    assert outcomes[0].ticket != earlier.ticket


def test_seqs_are_gapless_whoever_writes_at_once(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    opened = receive(desk, Mail(message_id="<first@fjell.example>"))
    follows = {"In-Reply-To": "<first@fjell.example>"}
    mails = [bytes(Mail(text=f"{n}", headers=follows)) for n in range(WRITERS)]
    at_once(
        *[lambda m=m: ingest.ingest_mail(desk, inbox, m) for m in mails],
        *[lambda: replies.send(desk, SYSTEM, opened.ticket, "Answer")] * WRITERS,
        *[lambda: replies.note(desk, SYSTEM, opened.ticket, "Note")] * WRITERS,
    )
    assert seqs(desk, opened.ticket) == list(range(1, 3 * WRITERS + 2))
    with desk.read() as session:
        ticket = session.get_one(Ticket, opened.ticket)
        versions = session.scalars(
            select(Message.version).where(Message.ticket_id == ticket.id).order_by(Message.seq)
        ).all()
    assert ticket.last_seq == 3 * WRITERS + 1
    assert list(versions) == sorted(set(versions))
    assert ticket.version >= versions[-1]


def test_a_click_that_was_sent_twice_at_once_is_said_once(desk: Desk) -> None:
    opened = receive(desk, Mail())

    def click() -> replies.Said:
        return replies.send(desk, SYSTEM, opened.ticket, "Answer", client_id="tab-1")

    said = at_once(*[click] * WRITERS)
    assert len({s.message_id for s in said}) == 1
    assert (count(desk, Delivery), seqs(desk, opened.ticket)) == (1, [1, 2])


def test_a_reply_written_blind_is_refused_however_close_the_mail_was(desk: Desk) -> None:
    """Promise 5: whichever comes first, the agent's reply never follows an unseen message."""
    inbox = inboxes.email_inbox(desk)
    for _ in range(5):
        first = Mail()
        opened = receive(desk, first)
        more = bytes(Mail(text="More", headers={"In-Reply-To": first.message_id}))

        def reply(ticket: int | None = opened.ticket) -> int | None:
            try:
                return replies.send(desk, SYSTEM, ticket, "Answer", seen_seq=1).seq
            except replies.UnseenMessages:
                return None

        at, _ = at_once(reply, lambda m=more: ingest.ingest_mail(desk, inbox, m))
        assert at in (None, 2)


def test_a_delivery_that_many_claim_at_once_is_claimed_by_one(desk: Desk) -> None:
    opened = receive(desk, Mail())
    (delivery,) = replies.send(desk, SYSTEM, opened.ticket, "Answer").deliveries
    claims = at_once(*[lambda: deliveries.claim(desk, delivery)] * WRITERS)
    assert len([claim for claim in claims if claim]) == 1
    with desk.read() as session:
        assert session.get_one(Delivery, delivery).attempts == 1


def test_customers_are_joined_while_their_mail_arrives(desk: Desk) -> None:
    """Nothing is left with a customer who is no longer one."""
    inbox = inboxes.email_inbox(desk)
    for n in range(4):
        senders = [f"ann{n}@fjell.example", f"ann{n}@work.example"]
        keep, other = (receive(desk, Mail(sender=each)).customer for each in senders)
        mails = [
            bytes(Mail(sender=each, text=f"{n} {i}")) for each in senders for i in range(WRITERS)
        ]

        def join(keep: int | None = keep, other: int | None = other) -> None:
            with desk.write() as session:
                customers.join(
                    session,
                    SYSTEM,
                    session.get_one(Customer, keep),
                    session.get_one(Customer, other),
                    "One person.",
                )

        at_once(join, *[lambda m=m: ingest.ingest_mail(desk, inbox, m) for m in mails])
        with desk.read() as session:
            left = session.scalars(select(Ticket.id).where(Ticket.customer_id == other)).all()
            points = session.scalars(
                select(ContactPoint.customer_id).where(ContactPoint.value.in_(senders))
            ).all()
            unsettled = session.scalars(
                select(Envelope.reason).where(Envelope.state != "attached")
            ).all()
        assert (list(left), list(points), list(unsettled)) == ([], [keep, keep], [])


def test_two_who_put_each_other_in_copy_wait_for_nobody(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    people = [f"{n}@fjell.example" for n in range(4)]
    for each in people:
        receive(desk, Mail(sender=each))
    mails = [
        bytes(Mail(sender=each, headers={"Cc": ", ".join(p for p in people if p != each)}))
        for each in people * 3
    ]
    outcomes = at_once(*[lambda m=m: ingest.ingest_mail(desk, inbox, m) for m in mails])
    assert {o.outcome for o in outcomes} == {"created"}
    with desk.read() as session:
        assert session.scalar(select(func.max(Envelope.attempts))) == 0


def test_a_suggestion_that_two_make_at_once_is_one(desk: Desk) -> None:
    one, two = (receive(desk, Mail(sender=f"{n}@fjell.example")).customer for n in range(2))

    def suggest(a: int | None, b: int | None) -> None:
        with desk.write() as session:
            customers.suggest(session, a or 0, b or 0, "They said so.")

    with suppress(IntegrityError):  # the key holds; the intake tries such a transaction again
        at_once(lambda: suggest(one, two), lambda: suggest(one, two))
    with desk.read() as session:
        made = select(AuditEvent).where(AuditEvent.event == "customer.merge_suggested")
        assert len(session.scalars(made).all()) == 1


@pytest.mark.parametrize(
    "money",
    [
        Money(Decimal("0.10"), "EUR"),
        Money(Decimal("-12.34"), "USD"),
        Money(Decimal("999999999999.99"), "CNY"),
        Money(Decimal("0.00"), "JPY"),
        Money(Decimal("129.30"), "GBP"),
    ],
)
def test_money_comes_back_as_it_was(desk: Desk, money: Money) -> None:
    with desk.write() as session:
        customer = Customer(name="Ann")
        session.add(customer)
        session.flush()
        session.add(
            Order(
                external_id="T-1",
                customer_id=customer.id,
                placed_at=datetime(2026, 11, 21, tzinfo=UTC),
                total=money,
                state="placed",
            )
        )
    with desk.read() as session:
        order = session.scalars(select(Order)).one()
        assert order.total == money
        assert isinstance(order.total.amount, Decimal)
        found = select(Order.id).where(Order.total == money)
        assert session.scalars(found).all() == [order.id]
