"""Promise 1, the small print: an end has a reason, and what waits leaves when it is to."""

from __future__ import annotations

from helpdesk.actions import deliveries, inboxes, replies
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import Delivery, Envelope
from helpdesk.rules.actor import SYSTEM
from tests.promises.trials import (
    add_twilio_inbox,
    chatted,
    posted,
    posts,
    sms_settings,
    texted,
)
from tests.promises.walks import let_time_pass
from tests.standins.twilio import TwilioStandIn


def test_promise_1_a_receipt_says_what_it_was(desk: Desk, twilio: TwilioStandIn) -> None:
    from channels.sms import SmsChannel
    from tests.channels.twilio.desk import Desk as Listening

    inbox = add_twilio_inbox(desk, twilio, "sms")
    (post,) = texted(twilio, "+447911000001", "Where is it?")
    said = replies.send(desk, SYSTEM, posted(desk, inbox, post).ticket, "On its way.")
    deliver(desk, said.deliveries[0])
    twilio.settle()
    with Listening(SmsChannel(), sms_settings(twilio)) as listening:
        twilio.post(f"{listening.url}/status", twilio.sent[-1].news(twilio.account_sid))
        (receipt,) = posts(listening)
    outcome = posted(desk, inbox, receipt)
    with desk.read() as session:
        envelope = session.get_one(Envelope, outcome.envelope)
        assert envelope.state == "delivery_event"
        assert "delivered" in envelope.reason
        assert session.get_one(Delivery, said.deliveries[0]).state == "delivered"


def test_an_answer_in_the_chat_waits_for_its_page_before_it_follows_by_mail(desk: Desk) -> None:
    inboxes.email_inbox(desk)
    inbox = inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    claim = {"kind": "email", "value": "ann@fjell.example", "proof": "signed"}
    opened = posted(desk, inbox, chatted("1", 1, claims=[claim]))
    said = replies.send(desk, SYSTEM, opened.ticket, "Here you are.")
    assert deliveries.due(desk) == []
    deliver(desk, said.deliveries[0])
    assert channels_of(desk) == ["chat"]

    let_time_pass(desk)
    assert deliveries.due(desk) == said.deliveries
    deliver(desk, said.deliveries[0])
    assert channels_of(desk) == ["chat", "email"]


def channels_of(desk: Desk) -> list[str]:
    with desk.read() as session:
        return [row.channel for row in session.query(Delivery).order_by(Delivery.id)]
