"""Invitations: what, when, where and who, out of whatever a calendar program writes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.invitations import invitations
from channels.email.unpacked import Unpacked
from tests.channels.email.mails import mail, message, multipart
from tests.patience import costs_under

START = "DTSTART;TZID=Europe/Berlin:20260715T100000"
END = "DTEND;TZID=Europe/Berlin:20260715T113000"
USUAL = (
    "UID:1@x.example",
    "SUMMARY:Repair visit\\, part one",
    "LOCATION:Workshop 2",
    'ORGANIZER;CN="Fox, Bob":MAILTO:Bob@X.example',
    START,
    END,
)
# What Outlook calls a zone, with the rules that it writes.
ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:{rule};BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:{rule};BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*event: str, method: str = "REQUEST", zone: str = "") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *zone.split("\n")]
    lines += ["BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join(line for line in lines if line)


def read(text: str) -> list[dict[str, Any]]:
    return invitations([Unpacked("invite.ics", text.encode(), "text/calendar")])


def invited(text: str, method: str = "REQUEST") -> bytes:
    return multipart(
        "Content-Type: text/plain\r\n\r\nPlease come",
        f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{text}",
        kind="alternative",
    )


def test_an_invitation_is_told_and_its_file_kept():
    found = message(invited(calendar(*USUAL)))
    assert found.facts["invitations"] == [
        {
            "method": "REQUEST",
            "what": "Repair visit, part one",
            "where": "Workshop 2",
            "start": "2026-07-15T08:00:00+00:00",
            "end": "2026-07-15T09:30:00+00:00",
            "organizer": {"name": "Fox, Bob", "address": "bob@x.example"},
            "repeats": "",
        }
    ]
    assert found.text == "Please come"
    assert [(file.name, file.content_type) for file in found.files] == [
        ("attachment-1.ics", "text/calendar")
    ]
    assert b"SUMMARY:Repair visit" in (found.files[0].data or b"")


def test_a_mail_without_one_tells_of_none():
    assert "invitations" not in message(mail()).facts


def test_a_form_and_a_file_of_one_invitation_are_one():
    text = calendar(*USUAL)
    raw = multipart(
        f"Content-Type: text/calendar\r\n\r\n{text}",
        f"Content-Type: application/ics; name=invite.ics\r\n\r\n{text}",
    )
    assert len(message(raw).facts["invitations"]) == 1  # type: ignore[arg-type]


def test_a_cancellation():
    (event,) = read(calendar(*USUAL, method="cancel"))
    assert event["method"] == "CANCEL"


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_an_answer(answer):
    attendee = f"ATTENDEE;PARTSTAT={answer};CN=王小明:mailto:wang@x.example"
    (event,) = read(calendar(*USUAL, attendee, method="REPLY"))
    assert (event["answer"], event["attendee"]) == (
        answer,
        {"name": "王小明", "address": "wang@x.example"},
    )


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DTSTART:20260715T080000Z"], "2026-07-15T08:00:00+00:00", ""),
        (
            ["DTSTART:20260715T080000", "DURATION:PT1H"],
            "2026-07-15T08:00:00",
            "2026-07-15T09:00:00",
        ),
        (["DTSTART;VALUE=DATE:20260715", "DTEND;VALUE=DATE:20260717"], "2026-07-15", "2026-07-17"),
        (["DTSTART;TZID=China Standard Time:20260715T100000"], "2026-07-15T02:00:00+00:00", ""),
        (["DTSTART;TZID=Asia/Shanghai:20260715T100000"], "2026-07-15T02:00:00+00:00", ""),
        (["DTSTART;TZID=Nowhere:20260715T100000"], "2026-07-15T10:00:00", ""),
        (["SUMMARY:no time"], "", ""),
    ],
)
def test_every_way_to_say_when(lines, start, end):
    (event,) = read(calendar(*lines))
    assert (event["start"], event["end"]) == (start, end)


def zone(name: str, rule: str = "FREQ=YEARLY;INTERVAL=1") -> str:
    return ZONE.format(name=name, rule=rule)


@pytest.mark.parametrize(("month", "hour"), [("07", "08"), ("12", "09")])
def test_a_zone_of_the_senders_own_is_reckoned_with(month, hour):
    start = f"DTSTART;TZID=Our office:2026{month}15T100000"
    (event,) = read(calendar(start, zone=zone("Our office")))
    assert event["start"] == f"2026-{month}-15T{hour}:00:00+00:00"


def test_a_zone_of_one_mail_means_nothing_in_the_next():
    start = "DTSTART;TZID=Their office:20260715T100000"
    read(calendar(start, zone=zone("Their office")))
    (event,) = read(calendar(start))
    assert event["start"] == "2026-07-15T10:00:00"


def test_a_known_zone_cannot_be_described_anew():
    odd = zone("Europe/Berlin").replace("+0", "-0")
    (event,) = read(calendar(START, zone=odd))
    assert event["start"] == "2026-07-15T08:00:00+00:00"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYSECOND=1,2,3",
        "FREQ=YEARLY;COUNT=9999999",
        "FREQ=YEARLY\r\n ;BYHOUR=1",
        "FREQ=SEC\r\n ONDLY",
    ],
)
def test_a_zone_that_would_take_days_is_left_out(rule):
    with costs_under(0.5):
        (event,) = read(calendar("DTSTART;TZID=Odd:20260715T100000", zone=zone("Odd", rule)))
    assert event["start"] == "2026-07-15T10:00:00"


def test_it_repeats():
    (event,) = read(calendar(START, "RRULE:FREQ=WEEKLY;COUNT=9"))
    assert event["repeats"] == "WEEKLY"


def test_long_words_are_cut_and_marks_that_reorder_are_harmless():
    (event,) = read(calendar(START, "SUMMARY:" + "long " * 500, "LOCATION:a\\nb\x00c"))
    assert len(event["what"]) <= 300
    assert event["where"] == "a bc"


BROKEN = {
    "no calendar": "hello",
    "not closed": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x",
    "impossible date": calendar("DTSTART:99999999T999999"),
    "endless events": "BEGIN:VEVENT\r\n" * 200,
    "too large": calendar("SUMMARY:x", *["X-A:b"] * 20_000),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_one_is_only_a_file(text):
    found = message(invited(text))
    assert "invitations" not in found.facts
    assert [file.name for file in found.files] == ["attachment-1.ics"]


LINES = st.sampled_from(
    [*USUAL, "RRULE:FREQ=DAILY", "DURATION:P1D", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM",
     "END:VALARM", "DTSTART;VALUE=DATE:20260715", "ATTENDEE;CN=\"x", "BEGIN:VTIMEZONE",
     "TZID:Odd", "END:VTIMEZONE", "SUMMARY;=:", "RRULE:FREQ=NEVER", "DURATION:P999999999999D"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=20))
def test_any_lines_are_read_or_left(lines):
    for event in read(calendar(*lines)):
        assert set(event) >= {"method", "what", "where", "start", "end", "organizer", "repeats"}
