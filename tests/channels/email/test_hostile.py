"""Bad mails get a sentence or are read; each costs under two seconds (promise 9)."""

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import DeliveryEvent, InboundMessage, Unreadable
from tests.channels.email.mails import mail, message, parse
from tests.patience import costs_under

MB = 1_000_000
NOISE = random.Random(1)


def nested(depth: int, innermost: bytes = b"Content-Type: text/plain\r\n\r\ninnermost") -> bytes:
    levels = (
        b'Content-Type: multipart/mixed; boundary="q%d"\r\n\r\n--q%d\r\n' % (level, level)
        for level in range(depth)
    )
    return mail(content_type="").removesuffix(b"\r\nHello") + b"".join(levels) + innermost


def parts(body: bytes) -> bytes:
    return mail(body, content_type="multipart/mixed; boundary=q")


def html(body: bytes) -> bytes:
    return mail(body, content_type="text/html; charset=utf-8")


def header(name: str, value: bytes) -> bytes:
    return name.encode() + b": " + value + b"\r\n" + mail()


FORMATTING = b"".join(b"<font color=c%d>" % number for number in range(5_000))
ATTRIBUTES = b" ".join(b"a%d=1" % number for number in range(60_000))
ATTACHMENT = b"--q\r\nContent-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\n"
SAME = b"--q\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"

SMALL = {
    "200 deep": lambda: nested(200),
    "2,000 deep": lambda: nested(2_000),
    "one boundary for all levels": lambda: parts(SAME * 5_000),
    "endless header": lambda: header("X-A", b"a" * 400_000),
    "endless addresses": lambda: header("Cc", b"a b <a@b.example>, " * 20_000),
    "quotes in addresses": lambda: header("Cc", b'"a\\" ' * 60_000),
    "nested comments": lambda: header("Cc", b"(" * 300_000),
    "endless words": lambda: header("Subject", b"=?utf-8?q?a?= " * 30_000),
    "endless references": lambda: header("References", b"<a@b> " * 60_000),
    "endless parameters": lambda: mail(content_type="text/plain; " + "a=b; " * 80_000),
    "endless continuations": lambda: mail(
        content_type="text/plain; " + "".join(f"a*{number}=b; " for number in range(30_000))
    ),
    "punycode": lambda: mail(b"a-b" * MB, content_type="text/plain; charset=punycode"),
    "unclosed elements": lambda: html(b"<div>" * MB),
    "unclosed formatting": lambda: html(b"<p>" + FORMATTING + b"<p>x</p>" * 30_000),
    "endless attributes": lambda: html(b"<div " + ATTRIBUTES + b">x"),
    "endless tables": lambda: html(b"<table><tr><td>" * 30_000),
}
LARGE = {
    "200 deep": lambda: nested(200, b"\r\n" + b"some words\r\n" * (2 * MB)),
    "parts": lambda: parts(b"--q\r\n\r\n" * (3 * MB)),
    "nearly boundaries": lambda: parts(b"--qx\r\n" * (4 * MB)),
    "line ends": lambda: mail(b"\n" * (25 * MB)),
    "one line": lambda: mail(b"x" * (25 * MB)),
    "quotes": lambda: mail(b"> quoted\r\n" * 2_500_000),
    "noise": lambda: mail(NOISE.randbytes(25 * MB), content_type=""),
    "an attachment": lambda: parts(ATTACHMENT + base64.encodebytes(NOISE.randbytes(18 * MB))),
    "broken base64": lambda: mail(b"a=b!" * (6 * MB), content_transfer_encoding="base64"),
    "short uuencode": lambda: mail(
        b"begin 644 x\n" + b"!a\n" * (8 * MB), content_transfer_encoding="uuencode"
    ),
    "HTML": lambda: html(b"<p>Hello <b>there</b></p>\r\n" * MB),
    "headers": lambda: header("X-A", b"b\r\nX-A: b" * (3 * MB)),
    "UTF-7": lambda: mail(b"+AGE-" * (5 * MB), content_type="text/plain; charset=utf-7"),
    "a bounce": lambda: mail(
        b"<a@b.example>: 550 no\r\n" * MB,
        from_="MAILER-DAEMON@x.example",
        return_path="<>",
        subject="Undeliverable",
    ),
}


@pytest.mark.parametrize("make", SMALL.values(), ids=SMALL.keys())
def test_each_is_cheap(make):
    read_within(1, make())


@pytest.mark.slow
@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE.keys())
def test_25_mb_of_each_cost_under_two_seconds(make):
    read_within(2, make())


def read_within(seconds: float, raw: bytes) -> None:
    """Refused is as good as read, with a reason."""
    with costs_under(seconds):
        reason = reason_against(raw)
    assert not reason or reason.endswith(".")


def reason_against(raw: bytes) -> str:
    """Why it was not read, in a sentence; "" when it was. A fault of ours is no reason."""
    reason = ""
    try:
        assert isinstance(parse(raw), InboundMessage | DeliveryEvent)
    except Unreadable as refused:
        reason = str(refused)
    assert "cannot be read (" not in reason
    return reason


def test_200_levels_are_read_to_the_innermost():
    assert message(nested(200)).text == "innermost"


PIECES = st.sampled_from(
    [
        b"From: a@b.example\r\n", b"To: x\r\n", b"Subject: =?utf-8?b?4pyT?=\r\n", b"\r\n", b"\n",
        b"Content-Type: multipart/mixed; boundary=q\r\n", b"Content-Type: text/html\r\n",
        b"Content-Type: multipart/alternative; boundary=q\r\n", b"--q\r\n", b"--q--\r\n",
        b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=q\r\n",
        b"Content-Type: message/delivery-status\r\n", b"Action: failed\r\n", b"Return-Path: <>\r\n",
        b"Final-Recipient: rfc822; a@b.example\r\n", b"Message-ID: <a@b>\r\n", b"> quoted\r\n",
        b"Content-Disposition: attachment; filename*=x''%ff\r\n", b"<p>hi</p><blockquote>",
        b"On 1 May, a@b.example wrote:\r\n", b"\x00\xff\xfe", b"Date: 99 Xxx 99999\r\n",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=40), max_size=30).map(b"".join))
def test_any_bytes_are_read_or_refused_in_a_sentence(raw):
    if reason_against(raw):
        return
    parsed = parse(raw)
    if isinstance(parsed, InboundMessage):
        for text in (parsed.text, parsed.subject, parsed.html or "", parsed.sender.name):
            text.encode("utf-8")
            assert "\x00" not in text
