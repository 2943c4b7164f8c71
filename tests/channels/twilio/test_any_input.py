"""Whatever the bytes are: parsed, or Unreadable; never anything else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import WebhookChannel, WebhookRequest
from channels.message import DeliveryEvent, Ignored, InboundMessage, RawEnvelope, Unreadable
from channels.phone import PhoneChannel, PhoneSettings
from channels.sms import SmsChannel, SmsSettings

ACCOUNT = {"account_sid": "AC" + "0" * 32, "auth_token": "a-token"}
CHANNELS: dict[str, tuple[WebhookChannel[Any], Any]] = {
    "sms": (SmsChannel(), SmsSettings.model_validate(ACCOUNT)),
    "phone": (PhoneChannel(), PhoneSettings.model_validate(ACCOUNT)),
}
EVENTS = ("message", "status", "voice", "recorded", "transcribed", "")
FIELDS = [
    "MessageSid",
    "MessageStatus",
    "From",
    "To",
    "Body",
    "NumMedia",
    "MediaUrl0",
    "MediaContentType0",
    "OptOutType",
    "ErrorCode",
    "CallSid",
    "CallStatus",
    "CallDuration",
    "Direction",
    "RecordingSid",
    "RecordingUrl",
    "RecordingDuration",
    "TranscriptionSid",
    "TranscriptionText",
]

values = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(
        [
            "SM" + "0" * 32,
            "CA" + "0" * 32,
            "RE" + "0" * 32,
            "+447700900123",
            "+266696687",
            "INFO",
            "completed",
            "delivered",
            "failed",
            "http://x/y",
            "https://[",
            "0",
            "1",
        ]
    ),
)
forms = st.dictionaries(st.sampled_from(FIELDS), values).map(lambda f: urlencode(f).encode())


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=300, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=300), forms),
    event=st.sampled_from(EVENTS),
    url=st.text(max_size=60),
)
def test_parse_never_raises_anything_but_unreadable(
    name: str, raw: bytes, event: str, url: str
) -> None:
    channel, account = CHANNELS[name]
    envelope = RawEnvelope(raw, datetime.now(UTC), "", {"event": event, "url": url})
    with suppress(Unreadable):
        parsed = channel.parse(envelope, account)
        assert isinstance(parsed, InboundMessage | DeliveryEvent | Ignored)
        assert "\x00" not in getattr(parsed, "text", "")


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=300, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=300), forms),
    event=st.sampled_from(EVENTS),
    url=st.text(max_size=60),
    signature=st.text(max_size=40),
)
def test_a_forger_gets_no_more_than_a_no(
    name: str, raw: bytes, event: str, url: str, signature: str
) -> None:
    channel, account = CHANNELS[name]
    request = WebhookRequest(url, event, raw, {"x-twilio-signature": signature})
    assert channel.verify(request, account) is False
    key = channel.envelope_key(request)
    assert key is None or len(key) < 150
    assert channel.reply(request, account).status == 200
