"""Both walks over both databases: what arrives, what leaves, and what a repeat does."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from helpdesk.actions import deliveries, inboxes, ingest, intake, replies, tickets
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import AuditEvent, Delivery, Envelope, Message, NotPossible, Ticket
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent, receive


def count(desk: Desk, noun: type) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def test_a_mail_opens_a_ticket_and_a_reply_leaves_under_its_message_id(desk: Desk) -> None:
    opened = receive(desk, Mail(subject="Tent pole"))
    said = replies.send(desk, make_agent(desk), opened.ticket, "A new one is on its way.")
    for delivery in said.deliveries:
        deliver(desk, delivery)
    record = ticket_record(desk, SYSTEM, opened.ticket)
    assert (record["status"], record["requester"]["email"]) == ("waiting", "ann@fjell.example")
    assert [m["direction"] for m in record["messages"]] == ["inbound", "outbound"]
    reply = record["messages"][1]
    assert reply["subject"].endswith(record["subject_tag"])
    assert reply["deliveries"] == [
        {
            "message_id": said.message_id,
            "to": "ann@fjell.example",
            "state": "sent",
            "reason": "Captured in the local outbox: no SMTP server is set.",
        }
    ]
    (captured,) = desk.settings.outbox_dir.iterdir()
    assert said.message_id.encode() in captured.read_bytes()


@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_same_bytes_again_are_a_duplicate_of_the_first_ticket(desk: Desk, times: int) -> None:
    mail = Mail()
    first = receive(desk, mail)
    for _ in range(times):
        again = receive(desk, mail)
        assert (again.outcome, again.ticket) == ("duplicate", first.ticket)
    assert (count(desk, Message), count(desk, Ticket)) == (1, 1)


def test_the_same_mail_over_another_route_is_a_duplicate_too(desk: Desk) -> None:
    mail = Mail()
    first = receive(desk, mail)
    mail.headers["Received"] = "from another.example by mx.example; Sat, 21 Nov 2026 11:00:00 +0000"
    again = receive(desk, mail)
    assert (again.outcome, again.ticket, again.message) == ("duplicate", first.ticket, 1)


def test_one_mail_to_two_inboxes_is_one_message_with_two_envelopes(desk: Desk) -> None:
    mail = Mail(to="support@tarnfold.example, sales@tarnfold.example")
    first = receive(desk, mail, "support@tarnfold.example")
    second = receive(desk, mail, "sales@tarnfold.example")
    assert (second.ticket, second.message) == (first.ticket, first.message)
    assert (count(desk, Message), count(desk, Envelope)) == (1, 2)


def test_a_bounce_fails_the_delivery_that_it_is_about(desk: Desk) -> None:
    opened = receive(desk, Mail())
    said = replies.send(desk, SYSTEM, opened.ticket, "Answer")
    deliver(desk, said.deliveries[0])
    bounce = bounce_of(said.message_id, "ann@fjell.example")
    outcome = receive(desk, bounce)
    assert (outcome.outcome, outcome.ticket) == ("bounce", opened.ticket)
    record = ticket_record(desk, SYSTEM, opened.ticket)
    assert record["messages"][1]["deliveries"][0]["state"] == "failed"
    assert len(record["messages"]) == 2
    assert receive(desk, bounce).outcome == "duplicate"
    with pytest.raises(NotPossible, match="came back"):
        replies.send(desk, SYSTEM, opened.ticket, "Once more")


def bounce_of(message_id: str, recipient: str) -> bytes:
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.fjell.example
To: support@tarnfold.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.fjell.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The address does not exist.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.fjell.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

Message-ID: {message_id}
From: support@tarnfold.example
To: {recipient}
Subject: Re: Tent pole

Answer

--b--
""".replace("\n", "\r\n").encode()


def test_promise_5_a_reply_is_not_sent_past_an_unseen_message(desk: Desk) -> None:
    opened = receive(desk, Mail(message_id="<first@fjell.example>"))
    receive(desk, Mail(text="One more thing", headers={"In-Reply-To": "<first@fjell.example>"}))
    with pytest.raises(replies.UnseenMessages) as unseen:
        replies.send(desk, SYSTEM, opened.ticket, "Answer", seen_seq=1)
    assert (unseen.value.count, unseen.value.last_seq) == (1, 2)
    assert replies.send(desk, SYSTEM, opened.ticket, "Answer", seen_seq=2).seq == 3


def test_a_retried_reply_is_said_once(desk: Desk) -> None:
    opened = receive(desk, Mail())
    first = replies.send(desk, SYSTEM, opened.ticket, "Answer", client_id="tab-1")
    again = replies.send(desk, SYSTEM, opened.ticket, "Answer", client_id="tab-1", seen_seq=1)
    assert again == first
    assert count(desk, Delivery) == 1


def test_a_reply_to_a_closed_ticket_says_what_to_do(desk: Desk) -> None:
    opened = receive(desk, Mail())
    tickets.change_status(desk, SYSTEM, opened.ticket, Status.CLOSED)
    with pytest.raises(NotPossible, match="Reopen it"):
        replies.send(desk, SYSTEM, opened.ticket, "Answer")


def test_what_a_crash_left_between_accept_and_attach_is_found(desk: Desk) -> None:
    inbox = inboxes.email_inbox(desk)
    kept = ingest.accept_mail(desk, inbox, bytes(Mail()), source="smtp")
    with desk.write() as session:
        session.get_one(Envelope, kept.envelope_id).received_at -= intake.LEFT_BEHIND * 2
    assert intake.left_behind(desk) == [kept.envelope_id]
    assert intake.attach(desk, kept.envelope_id).outcome == "created"
    assert intake.left_behind(desk) == []
    assert intake.attach(desk, kept.envelope_id).outcome == "created"
    assert count(desk, Message) == 1


def test_a_delivery_is_claimed_once(desk: Desk) -> None:
    opened = receive(desk, Mail())
    (delivery,) = replies.send(desk, SYSTEM, opened.ticket, "Answer").deliveries
    assert deliveries.due(desk) == [delivery]
    assert deliveries.claim(desk, delivery) is not None
    assert deliveries.claim(desk, delivery) is None
    assert deliveries.due(desk) == []


def test_mail_of_a_dead_worker_goes_out_under_the_same_message_id(desk: Desk) -> None:
    opened = receive(desk, Mail())
    said = replies.send(desk, SYSTEM, opened.ticket, "Answer")
    first = deliveries.claim(desk, said.deliveries[0])
    with desk.write() as session:
        row = session.get_one(Delivery, said.deliveries[0])
        row.lease_until = row.created_at
    second = deliveries.claim(desk, said.deliveries[0])
    assert first
    assert second
    assert first.message.key == second.message.key == said.message_id


def test_quarantined_mail_blocks_nothing_and_can_be_replayed(desk: Desk) -> None:
    bad = receive(desk, b"")
    assert bad.outcome == "quarantined"
    assert bad.reason
    assert receive(desk, Mail()).outcome == "created"
    assert receive(desk, b"").outcome == "duplicate"
    assert intake.replay(desk, bad.envelope).outcome == "quarantined"


def test_everything_that_happened_is_written_down(desk: Desk) -> None:
    opened = receive(desk, Mail())
    agent = make_agent(desk)
    tickets.assign(desk, agent, opened.ticket, agent.id)
    replies.send(desk, agent, opened.ticket, "Answer")
    tickets.change_status(desk, agent, opened.ticket, Status.RESOLVED)
    with desk.read() as session:
        events = session.scalars(
            select(AuditEvent.event)
            .where(AuditEvent.ticket_id == opened.ticket)
            .order_by(AuditEvent.id)
        ).all()
    assert events == [
        "ticket.opened",
        "message.received",
        "ticket.assigned",
        "message.sent",
        "ticket.resolved",
    ]


def test_the_record_is_plain_json(desk: Desk) -> None:
    opened = receive(desk, Mail(text="我要退款，謝謝"))
    record = ticket_record(desk, SYSTEM, opened.ticket)
    assert json.loads(json.dumps(record, ensure_ascii=False)) == record
    assert record["messages"][0]["text"] == "我要退款，謝謝"
