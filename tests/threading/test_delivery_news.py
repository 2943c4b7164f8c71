"""Null senders, DSNs and bounce addresses: news of a delivery, never a message, never an answer."""

from __future__ import annotations

import pytest

from helpdesk.actions import deliveries, inboxes, ingest, intake, replies, tickets
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import ContactPoint, Delivery, Message, Ticket
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import Mail, receive
from tests.servers.smtp_sink import SmtpSink

OURS = "support@tarnfold.example"


@pytest.fixture
def sent(desk: Desk, smtp_sink: SmtpSink) -> tuple[int, Delivery]:
    """A reply that has left with a bounce address of its own; its ticket is resolved."""
    settings = {
        "smtp_host": smtp_sink.host, "smtp_port": smtp_sink.port, "smtp_security": "none",
        "bounce_addresses": True,
    }  # fmt: skip
    inboxes.add_inbox(desk, SYSTEM, channel="email", address=OURS, name="S", settings=settings)
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    for number in deliveries.due(desk):
        deliver(desk, number)
    tickets.change_status(desk, SYSTEM, ticket, Status.RESOLVED)
    with desk.read() as session:
        return ticket, session.get_one(Delivery, said.deliveries[0])


def came_back(desk: Desk, mail: Mail, *, mail_from: str = "") -> str:
    kept = ingest.accept_mail(
        desk, inboxes.email_inbox(desk), bytes(mail), source="smtp", mail_from=mail_from,
        rcpt_to=[mail.to],
    )  # fmt: skip
    return intake.attach(desk, kept.envelope_id).outcome


def standing(desk: Desk, ticket: int, delivery: Delivery) -> tuple[str, str, int]:
    with desk.read() as session:
        row = session.get_one(Delivery, delivery.id)
        messages = session.query(Message).filter_by(ticket_id=ticket).count()
        return row.state, session.get_one(Ticket, ticket).status, messages


def test_mail_leaves_with_a_bounce_address_of_its_own(
    desk: Desk, sent: tuple[int, Delivery], smtp_sink: SmtpSink
) -> None:
    address = smtp_sink.messages[-1].sender
    key = desk.vault.key("plus addresses")
    assert plus_address.read_bounce(address, OURS, key) == sent[1].id
    assert plus_address.read(address, OURS, key) is None  # it opens no ticket


@pytest.mark.parametrize(
    ("headers", "mail_from", "state"),
    [
        ({}, "", "failed"),
        ({"Return-Path": "<>"}, "mailer@other.example", "failed"),
        ({"Auto-Submitted": "auto-replied"}, "", "sent"),
        ({}, "ann@fjell.example", "sent"),
    ],
)
def test_mail_to_a_bounce_address_is_news_of_that_delivery(
    desk: Desk, sent: tuple[int, Delivery], smtp_sink: SmtpSink,
    headers: dict[str, str], mail_from: str, state: str,
) -> None:  # fmt: skip
    ticket, delivery = sent
    odd = Mail(to=smtp_sink.messages[-1].sender, subject="Zustellung", headers=headers)
    assert came_back(desk, odd, mail_from=mail_from) == "bounce"
    assert standing(desk, ticket, delivery) == (state, "resolved", 2)
    with desk.read() as session:
        assert session.query(ContactPoint).filter(ContactPoint.unreachable_at != None).count() == 0  # noqa: E711


def test_a_forged_bounce_address_is_nothing(
    desk: Desk, sent: tuple[int, Delivery], smtp_sink: SmtpSink
) -> None:
    ticket, delivery = sent
    local, _, host = smtp_sink.messages[-1].sender.partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{host}"
    came_back(desk, Mail(to=forged, subject="Undeliverable"))
    assert standing(desk, ticket, delivery) == ("sent", "resolved", 2)


def test_a_dsn_without_the_returned_mail_is_told_by_its_address(
    desk: Desk, sent: tuple[int, Delivery], smtp_sink: SmtpSink
) -> None:
    ticket, delivery = sent
    dsn = Mail(
        to=smtp_sink.messages[-1].sender, sender="MAILER-DAEMON@fjell.example",
        content_type='multipart/report; report-type=delivery-status; boundary="b"',
        text="--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.fjell.example\r\n\r\nFinal-Recipient: rfc822; other@fjell.example"
        "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--",
    )  # fmt: skip
    assert came_back(desk, dsn) == "bounce"
    assert standing(desk, ticket, delivery) == ("failed", "resolved", 2)


DAEMON, ROBOT = "MAILER-DAEMON@fjell.example", "Mail system <robot@fjell.example>"
POSTMASTER = "Pia <postmaster@fjell.example>"


@pytest.mark.parametrize(
    ("sender", "mail_from", "subject", "words", "headers", "outcome", "state"),
    [
        (DAEMON, "", "Leider", "Message-ID: {}", {}, "bounce", "failed"),
        (DAEMON, "x@fjell.example", "Leider", "Message-ID: {}", {}, "bounce", "failed"),
        (ROBOT, "", "Returned mail", "No such box", {"In-Reply-To": "{}"}, "bounce", "failed"),
        (ROBOT, "", "Re: Tent pole", "I am out", {"In-Reply-To": "{}"}, "note", "sent"),
        (DAEMON, "", "Leider", "5.1.1", {"Auto-Submitted": "auto-replied", "In-Reply-To": "{}"},
         "note", "sent"),
        (DAEMON, "", "Leider", "4.4.1 soon\r\n\r\nMessage-ID: {}", {}, "note", "sent"),
        (DAEMON, "", "Leider", "Message-ID: <unknown@fjell.example>", {}, "note", "sent"),
        (POSTMASTER, "postmaster@fjell.example", "Re: Tent pole", "Hello", {"In-Reply-To": "{}"},
         "appended", "sent"),
    ],
)  # fmt: skip
def test_what_a_mail_server_sends_back_in_its_own_words_is_news_where_it_names_our_mail(
    desk: Desk, sent: tuple[int, Delivery],
    sender: str, mail_from: str, subject: str, words: str, headers: dict[str, str],
    outcome: str, state: str,
) -> None:  # fmt: skip
    ticket, delivery = sent
    with desk.read() as session:
        ours = session.get_one(Message, delivery.message_id).message_id or ""
    named = {name: value.format(ours) for name, value in headers.items()}
    odd = Mail(sender=sender, to=OURS, subject=subject, text=words.format(ours), headers=named)
    assert came_back(desk, odd, mail_from=mail_from) == outcome
    now_state, status, messages = standing(desk, ticket, delivery)
    assert now_state == state
    if outcome == "bounce":
        assert (status, messages) == ("resolved", 2)
    with desk.read() as session:
        assert session.query(ContactPoint).filter(ContactPoint.unreachable_at != None).count() == 0  # noqa: E711
        reason = session.get_one(Delivery, delivery.id).reason
        assert (f"sent the mail back: {subject}" in reason) is (state == "failed")
