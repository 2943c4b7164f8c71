"""Mails that pass on another one: who wrote that one, when, and about what."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.forward import forwarded
from tests.channels.email.mails import mail, message, multipart
from tests.channels.email.samples import samples
from tests.patience import costs_under

INLINE = samples("forwards.txt")
ORIGINAL = (
    "From: Bob Fox <bob@x.example>\r\nSubject: Broken pole\r\nTo: mei@desk.example\r\n"
    "Date: Wed, 04 Mar 2026 15:00:00 +0100\r\n\r\nIt snapped."
)
ATTACHED = f"Content-Type: message/rfc822; name=original.eml\r\n\r\n{ORIGINAL}"


def told(raw: bytes) -> list[dict[str, Any]]:
    return message(raw).facts.get("forwarded", [])  # type: ignore[return-value]


@pytest.mark.parametrize("text", INLINE.values(), ids=INLINE.keys())
def test_the_original_sender_is_read_from_the_text(text):
    (found,) = told(mail(text, subject="Fwd: something"))
    bob = ("Bob Fox", "bob@x.example", "Broken pole")
    zhang = ("张三", "zhang@x.example", "帐篷杆断了")
    assert (found["name"], found["address"], found["subject"]) in (bob, zhang)
    assert "2026" in found["date"]
    assert found["file"] == ""


@pytest.mark.parametrize("text", INLINE.values(), ids=INLINE.keys())
def test_all_of_it_is_shown(text):
    found = message(mail(text, subject="Fwd: something"))
    assert found.new_text == found.text.strip()


def test_html_is_read_alike():
    html = (
        "<p>See below</p><hr><div><b>From:</b> Bob Fox &lt;bob@x.example&gt;<br><b>Sent:</b> 4 "
        "March 2026<br><b>To:</b> Mei<br><b>Subject:</b> Broken pole</div><p>It snapped.</p>"
    )
    (found,) = told(mail(html, content_type="text/html", subject="FW: Broken pole"))
    assert found["address"] == "bob@x.example"
    assert "<details" not in (message(mail(html, subject="FW: x")).html or "")


def test_a_reply_passes_nothing_on():
    reply = "Thanks\n\nFrom: Bob <bob@x.example>\nSent: today\nTo: Ann\nSubject: x\n\nold"
    assert told(mail(reply, subject="Re: x")) == []


def test_a_mail_as_a_file_is_told_and_stays_a_file():
    raw = multipart("Content-Type: text/plain\r\n\r\nPlease see", ATTACHED)
    assert told(raw) == [
        {
            "name": "Bob Fox",
            "address": "bob@x.example",
            "date": "Wed, 04 Mar 2026 15:00:00 +0100",
            "subject": "Broken pole",
            "file": "original.eml",
            "text": "It snapped.",
        }
    ]
    found = message(raw)
    assert (found.text, found.facts["forward"]) == ("Please see", False)
    assert [file.name for file in found.files] == ["original.eml"]


def test_one_in_base64_as_some_programs_pack_it():
    encoded = base64.encodebytes(ORIGINAL.encode()).decode()
    head = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    (found,) = told(multipart("Content-Type: text/plain\r\n\r\nx", head + encoded))
    assert (found["address"], found["file"]) == ("bob@x.example", "attachment-1.eml")


def test_without_a_word_of_its_own_it_says_what_the_other_says():
    found = message(multipart("Content-Type: text/plain\r\n\r\n", ATTACHED))
    assert found.text.startswith("From: Bob Fox <bob@x.example>\nDate: ")
    assert found.text.endswith("\n\nIt snapped.")
    assert found.new_text == found.text
    assert found.sender.value == "ann@customer.example"
    assert found.facts["forward"] is True


def test_the_key_is_that_of_the_mail_itself():
    """It must not change with how well we read what is inside."""
    raw = multipart("Content-Type: text/plain\r\n\r\n", ATTACHED)
    other = multipart("Content-Type: text/plain\r\n\r\n", ATTACHED.replace("snapped", "broke"))
    assert message(raw).key == message(other).key


def test_many_are_told_of_as_far_as_anybody_reads():
    raw = multipart(*[ATTACHED] * 30)
    assert len(told(raw)) == 5
    assert len(message(raw).files) == 30


@pytest.mark.parametrize(
    "inner",
    ["", "no headings", "Subject: nobody\r\n\r\nx", "\x00\xff" * 50, "From: x\r\n" * 5_000],
)
def test_an_odd_one_is_a_file_all_the_same(inner):
    raw = multipart(
        "Content-Type: text/plain\r\n\r\nsee", f"Content-Type: message/rfc822\r\n\r\n{inner}x"
    )
    assert [file.content_type for file in message(raw).files] == ["message/rfc822"]


LINES = st.sampled_from(
    ["---------- Forwarded message ---------", "From: a@b.example", "Date: x", "Subject: y", "",
     "发件人： 张三", "> From: x", "| 发件人 | x |", "words", "To:"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=25).map("\n".join))
def test_any_text_passes_on_one_mail_or_none(text):
    for found in forwarded(text, [], forward=True):
        assert found.address.count("@") == bool(found.address)
        assert "\n" not in found.name + found.address + found.date + found.subject


@pytest.mark.parametrize("unit", ["From: a\n", "From:\n", "发件人 ", "> ", "|", "---- Original "])
def test_hostile_text_is_cheap(unit):
    text = (unit * 256_000)[:256_000]
    with costs_under(0.1):
        forwarded(text, [], forward=True)
