"""An answer that did not get out: an alert until somebody sees to it, and one new way out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.message import DeliveryEvent, DeliveryState
from helpdesk.actions import deliveries, delivery_news, inboxes, replies, resending
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import ContactPoint, Delivery, Message, NotPossible, Ticket, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, give_phone, receive
from tests.servers.smtp_sink import SmtpSink

REFUSED = "550 5.1.1 No such user"


@pytest.fixture
def ticket(desk: Desk, smtp_sink: SmtpSink) -> int:
    """A ticket in an inbox that sends over a real mail server."""
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support",
        settings={
            "smtp_host": smtp_sink.host, "smtp_port": smtp_sink.port, "smtp_security": "none",
        },
    )  # fmt: skip
    return receive(desk, Mail()).ticket or 0


def answer(desk: Desk, ticket: int, words: str = "On its way.") -> tuple[int, str]:
    """Say it, and try once to get it out; the message and its Message-ID."""
    said = replies.send(desk, SYSTEM, ticket, words)
    for number in said.deliveries:
        deliver(desk, number)
    with desk.read() as session:
        where = (Message.ticket_id == ticket, Message.seq == said.seq)
        return session.scalars(select(Message.id).where(*where)).one(), said.message_id


def alert(desk: Desk, ticket: int) -> bool:
    with desk.read() as session:
        return session.get_one(Ticket, ticket).undelivered_at is not None


def sent(desk: Desk, message: int) -> list[tuple[str, str]]:
    with desk.read() as session:
        rows = select(Delivery.channel, Delivery.state).where(Delivery.message_id == message)
        return [tuple(row) for row in session.execute(rows.order_by(Delivery.id))]


def point(desk: Desk) -> ContactPoint:
    with desk.read() as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.kind == "email")).one()


def test_a_refused_recipient_raises_the_alert_and_is_not_written_to_again(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer(REFUSED, at="RCPT")
    message, _ = answer(desk, ticket)
    assert alert(desk, ticket)
    assert sent(desk, message) == [("email", "failed")]
    assert point(desk).unreachable_at is not None
    with pytest.raises(NotPossible, match="came back"):
        replies.send(desk, SYSTEM, ticket, "Once more")


@pytest.mark.parametrize(
    ("answer_", "at"), [("552 5.3.4 Too large", "DATA"), ("550 5.7.1 Spam", "RCPT")]
)
def test_a_refusal_that_is_not_about_the_address_leaves_it_reachable(
    desk: Desk, ticket: int, smtp_sink: SmtpSink, answer_: str, at: str
) -> None:
    smtp_sink.answer(answer_, at=at)
    answer(desk, ticket)
    assert alert(desk, ticket)
    assert point(desk).unreachable_at is None


def test_a_temporary_refusal_is_no_alert_until_it_is_given_up(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer("451 4.3.0 Later", times=2)
    message, _ = answer(desk, ticket)
    assert sent(desk, message) == [("email", "queued")]
    assert not alert(desk, ticket)
    with desk.write() as session:
        row = session.scalars(select(Delivery)).one()
        row.created_at -= timedelta(hours=desk.settings.give_up_hours + 1)
        row.due_at = now()
    deliver(desk, row.id)
    assert sent(desk, message) == [("email", "failed")]
    assert alert(desk, ticket)


def test_sent_by_another_channel_it_leaves_once_however_often_it_is_clicked(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer(REFUSED, at="RCPT")
    message, _ = answer(desk, ticket)
    give_phone(desk, ticket)
    (number,) = resending.resend(desk, SYSTEM, ticket, message, "sms")
    assert resending.resend(desk, SYSTEM, ticket, message, "sms") == []
    assert sent(desk, message) == [("email", "failed"), ("sms", "queued")]
    assert not alert(desk, ticket)
    claimed = deliveries.claim(desk, number)
    assert claimed is not None
    assert (claimed.message.recipient, claimed.message.text) == ("+447911123456", "On its way.")


def test_tried_again_the_same_way_it_keeps_its_message_id(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer("554 5.7.1 Not from you", at="DATA")
    message, message_id = answer(desk, ticket)
    (number,) = resending.resend(desk, SYSTEM, ticket, message, "email")
    deliver(desk, number)
    assert [mail.message["Message-ID"] for mail in smtp_sink.messages] == [message_id]
    assert not alert(desk, ticket)


def test_the_same_way_is_refused_while_the_address_is_unreachable(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer(REFUSED, at="RCPT")
    message, _ = answer(desk, ticket)
    with pytest.raises(NotPossible, match="came back"):
        resending.resend(desk, SYSTEM, ticket, message, "email")
    assert alert(desk, ticket), "a refused try is none"
    resending.make_reachable(desk, SYSTEM, ticket, point(desk).id)
    (number,) = resending.resend(desk, SYSTEM, ticket, message, "email")
    deliver(desk, number)
    assert len(smtp_sink.messages) == 1


@pytest.mark.parametrize("channel", ["chat", "phone", "pigeon", ""])
def test_no_other_way_is_a_refusal(
    desk: Desk, ticket: int, smtp_sink: SmtpSink, channel: str
) -> None:
    smtp_sink.answer(REFUSED, at="RCPT")
    message, _ = answer(desk, ticket)
    with pytest.raises(NotPossible):
        resending.resend(desk, SYSTEM, ticket, message, channel)
    assert sent(desk, message) == [("email", "failed")]


def test_a_later_answer_that_gets_out_ends_the_alert(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer("554 5.7.1 Not from you", at="DATA")
    answer(desk, ticket)
    assert alert(desk, ticket)
    answer(desk, ticket, "Once more")
    assert not alert(desk, ticket)


def test_what_is_left_at_that_raises_no_alert_any_more(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    smtp_sink.answer("554 5.7.1 Not from you", at="DATA")
    first, _ = answer(desk, ticket)
    smtp_sink.answer("554 5.7.1 Not from you", at="DATA")
    second, _ = answer(desk, ticket)
    resending.let_be(desk, SYSTEM, ticket, first)
    assert alert(desk, ticket), "the second one is still to be seen to"
    resending.let_be(desk, SYSTEM, ticket, second)
    assert not alert(desk, ticket)
    with pytest.raises(NotFound):
        resending.let_be(desk, SYSTEM, ticket, 10**6)


def test_a_bounce_makes_the_address_unreachable_and_a_later_yes_or_a_mail_clears_it(
    desk: Desk, ticket: int
) -> None:
    message, message_id = answer(desk, ticket)
    bounce = DeliveryEvent(
        channel="email", key="bounce", state=DeliveryState.FAILED, message_ids=(message_id,),
        recipient="ann@fjell.example", reason="5.1.1 No such user", permanent=True,
    )  # fmt: skip
    with desk.write() as session:
        delivery_news.take_event(session, bounce)
    assert alert(desk, ticket)
    assert point(desk).unreachable_at is not None
    receive(desk, Mail(headers={"In-Reply-To": message_id}))
    assert point(desk).unreachable_at is None
    assert alert(desk, ticket), "that answer has still not been read"
    assert sent(desk, message) == [("email", "failed")]


def test_a_bounced_copy_is_told_apart_from_the_recipient_who_got_it(
    desk: Desk, ticket: int, smtp_sink: SmtpSink
) -> None:
    receive(desk, Mail(headers={"Cc": "Bo <bo@fjell.example>"}))
    with desk.write() as session:
        row = session.get_one(Ticket, ticket)
        for each in row.participants:
            each.confirmed_at = now()
    message, message_id = answer(desk, ticket)
    with desk.write() as session:
        rows = session.scalars(select(Delivery).where(Delivery.message_id == message)).all()
        copied = rows[0].recipient
        bounce = DeliveryEvent(
            channel="email", key="b", state=DeliveryState.FAILED, message_ids=(message_id,),
            recipient=copied, reason="No such user", permanent=True,
        )  # fmt: skip
        delivery_news.take_event(session, bounce)
    with desk.read() as session:
        states = {
            row.recipient: row.state
            for row in session.scalars(select(Delivery).where(Delivery.message_id == message))
        }
    assert states[copied] == "failed"
    assert all(state == "sent" for to, state in states.items() if to != copied)
