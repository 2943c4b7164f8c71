"""winmail.dat: its files become files of the mail, its words the mail's where it has none."""

import base64
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.rich_text import Broken, decompressed
from channels.email.tnef import read_tnef
from channels.message import InboundMessage
from tests.channels.email.mails import mail, message, multipart
from tests.channels.email.winmails import (
    BINARY,
    attribute,
    file,
    long_property,
    mapi,
    named_property,
    packed,
    text,
    winmail,
)
from tests.patience import costs_under

RICH = rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 Rich {\b words}\par and more}"


def sent(data: bytes, said: str = "Hello", content_type: str = "application/ms-tnef") -> bytes:
    encoded = base64.encodebytes(data).decode()
    return multipart(
        f"Content-Type: text/plain\r\n\r\n{said}",
        f'Content-Type: {content_type}; name="winmail.dat"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}",
    )


def found(raw: bytes) -> list[tuple[str, str, bytes]]:
    return [(each.name, each.content_type, each.data or b"") for each in message(raw).files]


@pytest.mark.parametrize(
    "content_type",
    ["application/ms-tnef", "application/vnd.ms-tnef", "application/octet-stream"],
)
def test_its_files_are_the_mails_files(content_type):
    picture = file(
        "",
        b"\x89PNG",
        text(0x370E, "image/png"),
        text(0x3712, "<pic@1>"),
        title=b"logo.png",
    )
    data = winmail(file("报价 2026.pdf", b"%PDF", named_property(7)), picture)
    raw = sent(data, content_type=content_type)
    assert found(raw) == [
        ("报价 2026.pdf", "application/pdf", b"%PDF"),
        ("logo.png", "image/png", b"\x89PNG"),
    ]
    assert message(raw).files[1].content_id == "pic@1"
    assert message(raw).text == "Hello"


def test_an_object_is_a_file_too():
    embedded = long_property(0x3701, 0x0D, b"I" * 16 + b"the object")
    data = winmail(
        attribute(2, 0x9002, b"\0" * 14) + attribute(2, 0x9005, mapi(text(0x3001, "A"), embedded))
    )
    assert found(sent(data)) == [("A", "application/octet-stream", b"the object")]


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ([text(0x1000, "Plain words")], "Plain words"),
        ([long_property(0x1013, BINARY, b"<p>Words <b>in</b> HTML</p>")], "Words in HTML"),
        ([long_property(0x1009, BINARY, packed(RICH))], "Rich words\nand more"),
    ],
)
def test_its_words_are_the_mails_where_it_has_none(properties, said):
    data = winmail(message=mapi(*properties))
    parsed = message(sent(data, said=""))
    assert parsed.text == said
    assert parsed.files == ()
    assert message(sent(data, said="Own words")).text == "Own words"


def test_its_html_is_sanitized():
    hostile = b"<p>Hi</p><script>alert(1)</script>"
    data = winmail(message=mapi(long_property(0x1013, BINARY, hostile)))
    assert message(sent(data, said="")).html == "<p>Hi</p>"


def test_a_mail_that_is_nothing_but_winmail_dat():
    data = base64.encodebytes(winmail(file("a.txt", b"a"), message=mapi(text(0x1000, "Words"))))
    raw = mail(data, content_type="application/ms-tnef", content_transfer_encoding="base64")
    assert message(raw).text == "Words"
    assert found(raw) == [("a.txt", "text/plain", b"a")]


WHOLE = winmail(file("a.txt", b"some bytes"), message=mapi(text(0x1000, "Words")))
BROKEN = {
    "another format": b"PK\x03\x04" + WHOLE,
    "nothing": b"",
    "cut": WHOLE[:-20],
    "endless property": winmail(message=struct.pack("<I", 9) + b"\x1e\x00\x00\x10" + b"\xff" * 8),
    "endless list": winmail(message=b"\xff" * 4),
    "too many files": winmail(*[file("a", b"a")] * 101),
    "damaged rich text": winmail(message=mapi(long_property(0x1009, BINARY, packed(RICH)[:-3]))),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_one_stays_a_file(data):
    raw = sent(data, said="" if data == BROKEN["damaged rich text"] else "Hello")
    assert found(raw) == [("winmail.dat", "application/ms-tnef", data)]


def test_names_in_it_are_made_safe():
    assert found(sent(winmail(file("../../etc/passwd", b"x"))))[0][0] == "passwd"


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 500, 5000])
def test_rich_text_is_unpacked(length):
    rich = (RICH * 100)[:length]
    assert decompressed(packed(rich)) == rich


def test_references_into_the_window_are_followed():
    """ "-WXYZ" and then nine letters more of the same, as [MS-OXRTFCP] 3.2 shows it."""
    packed_so = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed(packed_so) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_are_read_or_called_broken(noise, place):
    for data in (noise, WHOLE[:place] + noise + WHOLE[place + len(noise) :]):
        with suppress(Broken):
            assert all(len(each.data) <= len(data) for each in read_tnef(data).files)


@pytest.mark.parametrize(
    "data",
    [
        winmail(*[attribute(2, 0x8010, b"")] * 400_000),
        winmail(message=struct.pack("<I", 5_000) + b"\x03\x10\x00\x10\x88\x13\x00\x00" * 200_000),
        winmail(message=mapi(long_property(0x1009, BINARY, packed(b"a\\par " * 70_000)))),
        winmail(message=mapi(long_property(0x1009, BINARY, packed(b"{" * 400_000)))),
    ],
    ids=["attributes", "values", "paragraphs", "brackets"],
)
def test_hostile_ones_are_cheap(data):
    raw = sent(data, said="")
    with costs_under(1.5):
        assert isinstance(message(raw), InboundMessage)
