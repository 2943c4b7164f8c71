"""What every channel promises, over the registry: a new one is tested by being registered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from channels.base import Channel, ChannelSettings, WebhookChannel, WebhookRequest
from channels.message import (
    DeliveryEvent,
    Ignored,
    InboundMessage,
    Proof,
    RawEnvelope,
    Unreadable,
)
from helpdesk.actions import inboxes, intake, replies
from helpdesk.config import Settings
from helpdesk.desk import Desk, channels_of
from helpdesk.models import Delivery, Envelope, Message, NotPossible, now
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from tests.channels.samples import SAMPLES, Raw, Samples

REGISTRY = channels_of(Settings(data_dir=Path("unused")))
NAMES = [channel.name for channel in REGISTRY]


def test_every_channel_has_samples() -> None:
    assert set(NAMES) == set(SAMPLES)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def samples(name: str) -> Samples:
    return SAMPLES[name]


@pytest.fixture
def channel(name: str) -> Channel[Any]:
    return REGISTRY[name]


def settings_of(name: str) -> ChannelSettings:
    return REGISTRY[name].settings_model(**SAMPLES[name].settings)


def parse(name: str, raw: Raw) -> Any:
    envelope = RawEnvelope(raw.body, now(), SAMPLES[name].address, raw.meta)
    return REGISTRY[name].parse(envelope, settings_of(name))


class TestParsing:
    def test_a_contact_becomes_a_message(self, name: str, samples: Samples) -> None:
        message = parse(name, samples.contact)
        assert isinstance(message, InboundMessage)
        assert (message.channel, message.text) == (name, samples.words)
        assert message.sender.value == samples.sender
        assert message.sender.kind is REGISTRY[name].contact_kind
        assert message.key

    def test_the_same_contact_over_another_road_has_the_same_key(
        self, name: str, samples: Samples
    ) -> None:
        assert parse(name, samples.contact).key == parse(name, samples.again).key
        assert parse(name, samples.contact).key != parse(name, samples.other).key

    def test_parsing_twice_gives_the_same(self, name: str, samples: Samples) -> None:
        for raw in (samples.contact, samples.other):
            assert parse(name, raw) == parse(name, raw)

    def test_an_address_is_proved_only_by_a_proof(self, name: str, samples: Samples) -> None:
        proof = parse(name, samples.contact).sender.proof
        assert proof is (Proof.SIGNED if name == "chat" else Proof.NONE)

    def test_file_names_are_safe(self, name: str, samples: Samples) -> None:
        for file in parse(name, samples.other).files:
            assert "/" not in file.name
            assert not file.name.startswith(".")

    def test_what_cannot_be_read_says_why(self, name: str, samples: Samples) -> None:
        with pytest.raises(Unreadable, match=r"\w+ \w+"):
            parse(name, samples.unreadable)

    def test_what_is_ignored_says_why(self, name: str, samples: Samples) -> None:
        if samples.nothing is not None:
            ignored = parse(name, samples.nothing)
            assert isinstance(ignored, Ignored)
            assert ignored.reason

    @hypothesis_settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=2000
    )
    @given(data=st.data())
    def test_promise_9_any_bytes_are_read_or_refused(self, name: str, data: st.DataObject) -> None:
        good = SAMPLES[name].contact
        start = data.draw(st.integers(0, len(good.body)))
        noise = data.draw(st.binary(max_size=40))
        end = data.draw(st.integers(start, len(good.body)))
        try:
            parsed = parse(name, Raw(good.body[:start] + noise + good.body[end:], good.meta))
        except Unreadable:
            return
        assert isinstance(parsed, InboundMessage | DeliveryEvent | Ignored)


class TestTheWalkIn:
    @pytest.fixture
    def inbox(self, desk: Desk, name: str, samples: Samples) -> Iterator[int]:
        return inboxes.add_inbox(
            desk,
            SYSTEM,
            channel=name,
            address=samples.address,
            name=name,
            settings=samples.settings,
        )

    @staticmethod
    def arrive(desk: Desk, inbox: int, raw: Raw, key: str) -> intake.Outcome:
        kept = intake.accept(desk, inbox, raw.body, key=key, meta=dict(raw.meta))
        return intake.attach(desk, kept.envelope_id)

    def test_a_contact_opens_a_ticket_on_a_customer(
        self, desk: Desk, inbox: int, samples: Samples
    ) -> None:
        outcome = self.arrive(desk, inbox, samples.contact, "1")
        assert outcome.outcome == "created"
        record = ticket_record(desk, SYSTEM, outcome.ticket or 0)
        assert [m["text"] for m in record["messages"]] == [samples.words]

    def test_accepting_twice_keeps_one_envelope(
        self, desk: Desk, inbox: int, samples: Samples
    ) -> None:
        first = intake.accept(desk, inbox, samples.contact.body, key="1")
        again = intake.accept(desk, inbox, samples.contact.body, key="1")
        assert (first.fresh, again.fresh) == (True, False)
        assert first.envelope_id == again.envelope_id

    def test_the_same_contact_is_one_message(
        self, desk: Desk, inbox: int, samples: Samples
    ) -> None:
        first = self.arrive(desk, inbox, samples.contact, "1")
        again = self.arrive(desk, inbox, samples.again, "2")
        assert (again.ticket, again.message) == (first.ticket, first.message)
        with desk.read() as session:
            assert session.scalar(select(func.count()).select_from(Message)) == 1
        record = ticket_record(desk, SYSTEM, first.ticket or 0)
        assert record["messages"][0]["text"] == samples.words

    def test_promise_1_every_envelope_ends_with_a_reason(
        self, desk: Desk, inbox: int, samples: Samples
    ) -> None:
        sent = [samples.contact, samples.again, samples.other, samples.nothing, samples.unreadable]
        for i, raw in enumerate(raw for raw in sent if raw is not None):
            self.arrive(desk, inbox, raw, str(i))
        with desk.read() as session:
            envelopes = session.scalars(select(Envelope)).all()
        assert all(e.settled_at is not None and e.reason for e in envelopes)
        assert envelopes[-1].state == "quarantined"

    def test_secrets_are_sealed(self, desk: Desk, inbox: int, channel: Channel[Any]) -> None:
        from helpdesk.models import Inbox

        with desk.read() as session:
            row = session.get_one(Inbox, inbox)
        for secret in channel.settings_model.secret_names():
            assert secret not in row.settings
        assert "a-token-of-the-tests" not in f"{row.settings}{row.sealed}"
        assert desk.settings_of(row) == settings_of(channel.name)

    def test_a_reply_goes_into_the_outbox_or_says_why_not(
        self, desk: Desk, inbox: int, channel: Channel[Any], samples: Samples
    ) -> None:
        opened = self.arrive(desk, inbox, samples.contact, "1")
        if not channel.can_reply:
            with pytest.raises(NotPossible, match="no confirmed address"):
                replies.send(desk, SYSTEM, opened.ticket or 0, "We answer.")
            return
        said = replies.send(desk, SYSTEM, opened.ticket or 0, "We answer.")
        with desk.read() as session:
            delivery = session.get_one(Delivery, said.deliveries[0])
        assert (delivery.channel, delivery.recipient) == (channel.name, samples.sender)
        assert delivery.state == "queued"


@pytest.mark.parametrize("name", [c.name for c in REGISTRY if isinstance(c, WebhookChannel)])
def test_promise_9_a_forged_webhook_is_refused(name: str) -> None:
    webhook = REGISTRY[name]
    assert isinstance(webhook, WebhookChannel)
    raw = SAMPLES[name].contact
    for headers in ({}, {"x-twilio-signature": "Zm9yZ2Vk"}, {"x-twilio-signature": "é"}):
        call = WebhookRequest("https://desk.example/hook", raw.meta["event"], raw.body, headers)
        assert webhook.verify(call, settings_of(name)) is False
