"""A reply as it leaves: right headers, and nothing that anybody could slip into them."""

import email
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import EmailSettings
from channels.email.compose import compose
from channels.message import (
    Address,
    ContactKind,
    OutboundFile,
    OutboundMessage,
    PermanentFailure,
)

SETTINGS = EmailSettings(from_name="Shop")
KEY = "<reply-1@shop.example>"


def address(value: str, name: str = "") -> Address:
    return Address(ContactKind.EMAIL, value, name)


REPLY = OutboundMessage(
    key=KEY,
    channel="email",
    sender=address("support@shop.example", "Bob (Shop)"),
    recipient="ann@customer.example",
    text="It is on its way.\n\n-- \nBob",
    subject="Re: My order [#42]",
    to=(address("ann@customer.example", "Ann Example"),),
    reply_to="support+t42.abcdefghijklmnop@shop.example",
    in_reply_to="<one@customer.example>",
    references=("<zero@customer.example>", "<one@customer.example>"),
    created_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
)


def composed(**changes: object) -> EmailMessage:
    raw = compose(replace(REPLY, **changes), SETTINGS)  # type: ignore[arg-type]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


def said(part: Message) -> str:
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n").rstrip()


def test_the_usual_reply():
    mail = composed()
    assert mail["Message-ID"] == KEY
    assert mail["In-Reply-To"] == "<one@customer.example>"
    assert mail["References"].split() == ["<zero@customer.example>", "<one@customer.example>"]
    assert mail["From"] == '"Bob (Shop)" <support@shop.example>'
    assert mail["To"] == "Ann Example <ann@customer.example>"
    assert "support+t42.abcdefghijklmnop@shop.example" in mail["Reply-To"]
    assert mail["Subject"] == "Re: My order [#42]"
    assert mail["Date"].datetime == REPLY.created_at
    assert mail["X-Helpdesk-Loop"] == "support@shop.example"
    assert mail["Auto-Submitted"] is None
    assert said(mail) == REPLY.text


def test_automatic_mail_says_so():
    mail = composed(automatic=True)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_html_is_an_alternative_and_files_are_attached():
    mail = composed(
        html="<p>It is <b>on its way</b>.</p>",
        files=(
            OutboundFile("报价单.pdf", "application/pdf", b"%PDF"),
            OutboundFile("../../x\r\n.txt", "nonsense", b"x"),
            OutboundFile("old.eml", "message/rfc822", b"Subject: x\r\n\r\ny"),
        ),
    )
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert said(text) == REPLY.text
    assert said(html) == "<p>It is <b>on its way</b>.</p>"
    files = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ]
    assert files == [
        ("报价单.pdf", "application/pdf", b"%PDF"),
        ("x .txt", "application/octet-stream", b"x"),
        ("old.eml", "application/octet-stream", b"Subject: x\r\n\r\ny"),
    ]


def test_names_and_subjects_in_every_script():
    mail = composed(
        subject="回复: 我的订单 [#42]",
        text="您好，正在路上。" * 200,
        to=(address("wang@customer.example", "王小明"), address("a@x.example", 'O"Neil, Ann')),
        sender=address("support@shop.example", "店铺客服"),
    )
    assert mail["Subject"] == "回复: 我的订单 [#42]"
    assert [each.display_name for each in mail["To"].addresses] == ["王小明", 'O"Neil, Ann']
    assert mail["From"].addresses[0].display_name == "店铺客服"
    assert said(mail) == "您好，正在路上。" * 200


def test_international_domains_leave_as_dns_has_them():
    assert "xn--bcher-kva.example" in composed(to=(address("ann@bücher.example"),))["To"]


def test_long_message_ids_are_not_folded_into_encoded_words():
    long = f"<{'x' * 150}@mail.customer.example>"
    raw = compose(replace(REPLY, in_reply_to=long, references=(long,) * 3), SETTINGS)
    assert f"In-Reply-To: {long}\r\n".encode() in raw
    assert f"References: {long}\r\n {long}\r\n".encode() in raw


def test_many_references_keep_the_first_and_the_latest():
    ids = tuple(f"<{number}@x.example>" for number in range(200))
    found = composed(references=ids)["References"].split()
    assert (found[0], found[-1], len(found)) == (ids[0], ids[-1], 20)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "x\r\nBcc: eve@evil.example"},
        {"sender": address("support@shop.example", "x\r\nBcc: eve@evil.example")},
        {"to": (address("ann@customer.example", "x\nBcc: eve@evil.example"),)},
        {"in_reply_to": "<x@y>\r\nBcc: eve@evil.example"},
        {"references": ("<x@y>\r\nBcc: eve@evil.example",)},
        {"language": "en\r\nBcc: eve@evil.example"},
        {"text": "x\r\n.\r\nBcc: eve@evil.example"},
    ],
)
def test_nothing_is_slipped_into_the_headers(changes):
    assert composed(**changes)["Bcc"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"to": (address("ann@customer.example\r\nBcc: eve@evil.example"),)},
        {"to": (address("nobody"),)},
        {"to": (address("a b@x.example"),)},
        {"reply_to": "x@y\r\nBcc: eve@evil.example"},
        {"key": "no id"},
        {"key": "<x@y>\r\nBcc: eve@evil.example"},
    ],
)
def test_impossible_addresses_are_refused_in_a_sentence(changes):
    with pytest.raises(PermanentFailure, match=r"is not an? (email address|Message-ID|domain)"):
        composed(**changes)


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=300))
def test_any_words_arrive(subject, name, text):
    mail = composed(subject=subject, sender=address("support@shop.example", name), text=text)
    assert mail["Message-ID"] == KEY
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].addr_spec == "support@shop.example"
