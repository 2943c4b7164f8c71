"""One sample of everything that each channel must take. A new channel adds itself here, and the
contract test (test_contract.py) does the rest."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.factories import Mail

ACCOUNT = "AC" + "0" * 32
TWILIO = {"account_sid": ACCOUNT, "auth_token": "a-token-of-the-tests"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(16)


@dataclass(frozen=True)
class Raw:
    """Bytes as a channel receives them, and how they came."""

    body: bytes
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Samples:
    """What the contract test needs to know of a channel."""

    address: str  # of our inbox
    settings: dict[str, Any]
    words: str  # what the customer says in ``contact``
    sender: str  # and from where
    contact: Raw
    again: Raw  # the same contact over another road: one key
    other: Raw  # another contact of the same customer
    nothing: Raw | None  # what is read and ignored
    unreadable: Raw


def form(event: str, **values: str) -> Raw:
    return Raw(urlencode(values).encode(), {"event": event, "url": "https://desk.example/hook"})


def chat(client_id: str, text: str, **more: object) -> Raw:
    visitor = "v_" + "a" * 22
    body = {"visitor": visitor, "client_id": client_id, "text": text, "language": "zh-Hans"}
    return Raw(json.dumps({**body, **more}).encode())


MAIL = Mail(text="我要退款，谢谢 🙏", message_id="<one@fjell.example>")
RELAYED = Mail(
    text=MAIL.text, message_id=MAIL.message_id, headers={"X-Relay": "another road", "Received": "x"}
)
SMS = {
    "MessageSid": "SM" + "1" * 32,
    "AccountSid": ACCOUNT,
    "From": "+447700900001",
    "To": "+447700900100",
    "Body": "我要退款，谢谢 🙏",
    "NumMedia": "0",
}
CALL = {
    "CallSid": "CA" + "1" * 32,
    "AccountSid": ACCOUNT,
    "From": "+447700900001",
    "To": "+447700900101",
}
WORDS = {
    "TranscriptionSid": "TR" + "1" * 32,
    "TranscriptionStatus": "completed",
    "TranscriptionText": "Please call me back.",
    "RecordingSid": "RE" + "1" * 32,
}

SAMPLES = {
    "email": Samples(
        address="support@tarnfold.example",
        settings={},
        words="我要退款，谢谢 🙏",
        sender="ann@fjell.example",
        contact=Raw(bytes(MAIL)),
        again=Raw(bytes(RELAYED), {"source": "imap"}),
        other=Raw(bytes(Mail(message_id="<two@fjell.example>"))),
        nothing=None,
        unreadable=Raw(b""),
    ),
    "chat": Samples(
        address="demo",
        settings={},
        words="我要退款，谢谢 🙏",
        sender="v_" + "a" * 22,
        contact=chat("client-0001", "我要退款，谢谢 🙏"),
        again=chat("client-0001", "我要退款，谢谢 🙏", page="https://shop.example/other"),
        other=chat(
            "client-0002",
            "",
            files=[
                {
                    "name": "../../a.png",
                    "type": "image/png",
                    "data": base64.b64encode(PICTURE).decode(),
                }
            ],
        ),
        nothing=None,
        unreadable=Raw(b'{"visitor": "somebody else"}'),
    ),
    "sms": Samples(
        address="+447700900100",
        settings=TWILIO,
        words="我要退款，谢谢 🙏",
        sender="+447700900001",
        contact=form("message", **SMS),
        again=form("message", **SMS, SmsMessageSid=SMS["MessageSid"]),
        other=form("message", **{**SMS, "MessageSid": "SM" + "2" * 32, "Body": "Hello?"}),
        nothing=None,
        unreadable=Raw(b"Body=without+a+sender", {"event": "message"}),
    ),
    "phone": Samples(
        address="+447700900101",
        settings=TWILIO,
        words="Please call me back.",
        sender="+447700900001",
        contact=form("transcribed", **CALL, **WORDS),
        again=form("status", **CALL, CallStatus="completed"),
        other=form("status", **{**CALL, "CallSid": "CA" + "2" * 32}, CallStatus="no-answer"),
        nothing=form("voice", **CALL, CallStatus="ringing"),
        unreadable=Raw(b"CallStatus=completed", {"event": "status"}),
    ),
}
