"""The chat's adapter: what a visitor's page posted, normalized or refused."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.chat import ChatChannel, ChatSettings
from channels.message import (
    Address,
    ContactKind,
    InboundMessage,
    NotReachable,
    OutboundMessage,
    Proof,
    RawEnvelope,
    TemporaryFailure,
    Unreadable,
)

VISITOR = "v_0123456789abcdef0123456789abcdef"


def parse(raw: bytes) -> InboundMessage:
    envelope = RawEnvelope(raw, datetime.now(UTC), "shop")
    return ChatChannel().parse(envelope, ChatSettings())


def posted(**fields: object) -> bytes:
    given = {"visitor": VISITOR, "client_id": "c_12345678", "text": "Hello"} | fields
    return json.dumps(given).encode()


def test_the_key_is_the_visitors_and_the_browsers_own():
    message = parse(posted())
    assert message.key == f"chat:{VISITOR}:c_12345678"
    assert message.client_id == "c_12345678"
    assert message.sender == Address(ContactKind.VISITOR, VISITOR, "", Proof.SIGNED)


def test_claims_keep_how_they_were_proved():
    signed = {"kind": "email", "value": "Ann@Fjell.example ", "proof": "signed", "name": "Ann"}
    said = {"kind": "phone", "value": "+44 7700 900318"}
    email, phone = parse(posted(claims=[signed, said])).also
    assert email == Address(ContactKind.EMAIL, "ann@fjell.example", "Ann", Proof.SIGNED)
    assert phone == Address(ContactKind.PHONE, "+447700900318", "", Proof.NONE)


def test_a_file_gets_a_name_that_is_safe_to_save():
    data = base64.b64encode(b"bytes").decode()
    file = {"name": "../../etc/pass\u202ewd.png", "type": "image/png; x=y", "data": data}
    (stored,) = parse(posted(text="", files=[file])).files
    assert (stored.content_type, stored.data) == ("image/png", b"bytes")
    assert "/" not in stored.name
    assert "\u202e" not in stored.name


def test_a_content_type_that_is_none_becomes_bytes():
    file = {"name": "x", "type": "text/html\r\nX: y", "data": base64.b64encode(b"1").decode()}
    assert parse(posted(files=[file])).files[0].content_type == "application/octet-stream"


def test_text_in_any_script_stays_as_it_is():
    assert parse(posted(text="  我要退款 🙏\r\nbitte  ")).text == "我要退款 🙏\nbitte"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{",
        posted(text="", files=[]),
        posted(text="   "),
        posted(visitor="ann"),
        posted(client_id="short"),
        posted(client_id="a" * 65),
        posted(text=7),
        posted(files=[{"name": "x", "data": "not base64!"}]),
        posted(claims=[{"kind": "passport", "value": "123"}]),
        posted(claims=[{"kind": "email", "value": "a@b.example", "proof": "trust me"}]),
        posted(text="x" * 200_000),
    ],
)
def test_what_is_no_message_of_ours_is_unreadable_with_a_sentence(raw: bytes):
    with pytest.raises(Unreadable) as error:
        parse(raw)
    assert str(error.value).endswith(".")


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_it(raw: bytes):
    with pytest.raises(Unreadable):
        parse(raw)


def test_what_was_not_pulled_is_not_failed_but_not_reachable():
    message = OutboundMessage(
        "key", "chat", Address(ContactKind.VISITOR, "shop"), VISITOR, "We are here."
    )
    with pytest.raises(NotReachable, match="has left the chat") as error:
        ChatChannel().send(message, ChatSettings())
    assert isinstance(error.value, TemporaryFailure)


def test_an_origin_is_a_site_without_a_path():
    assert ChatSettings(allowed_origins=["https://Shop.example/"]).allowed_origins == [
        "https://shop.example"
    ]
    for wrong in ("shop.example", "https://shop.example/path", "javascript:alert(1)", "*", ""):
        with pytest.raises(ValidationError):
            ChatSettings(allowed_origins=[wrong])


def test_an_identity_key_that_can_be_guessed_is_refused():
    with pytest.raises(ValidationError, match="32 characters"):
        ChatSettings(identity_secret="short")
    assert ChatSettings.secret_names() == {"identity_secret"}
