"""Calls, played over HTTP by the stand-in's caller."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from channels.message import (
    Address,
    ContactKind,
    Ignored,
    InboundMessage,
    OutboundMessage,
    PermanentFailure,
    RawEnvelope,
    Unreadable,
)
from channels.phone import MISSED, TRANSCRIPT, VOICEMAIL, PhoneChannel, PhoneSettings
from tests.channels.twilio.desk import Desk
from tests.standins.twilio import Numbers, TwilioStandIn


def test_a_voicemail_is_greeted_recorded_and_transcribed(
    twilio: TwilioStandIn, phone_desk: Desk
) -> None:
    call = twilio.place_call(phone_desk.url, Numbers.CUSTOMER, transcript="My kettle broke.")
    assert call.heard[0].startswith("Hello. Please leave a message")
    assert call.heard[-1] == "Thank you. Goodbye."
    voicemail, missed, transcript = phone_desk.messages
    assert {each.key for each in phone_desk.messages} == {f"call:{call.sid}"}
    assert [each.amends for each in phone_desk.messages] == [VOICEMAIL, MISSED, TRANSCRIPT]
    assert voicemail.text == "Voicemail, 0:41"
    assert transcript.text == "My kettle broke."
    assert missed.text == f"Missed call from {Numbers.CUSTOMER}: call back."
    assert voicemail.sender == Address(ContactKind.PHONE, Numbers.CUSTOMER)


def test_the_recording_can_be_fetched_and_played(
    twilio: TwilioStandIn, phone_desk: Desk, phone_settings: PhoneSettings
) -> None:
    twilio.place_call(phone_desk.url, Numbers.CUSTOMER, seconds=5)
    (file,) = phone_desk.messages[0].files
    assert (file.name, file.content_type) == ("voicemail.mp3", "audio/mpeg")
    fetched = PhoneChannel().fetch(file.url, phone_settings)
    assert fetched.content_type == "audio/mpeg"
    assert fetched.data is not None
    assert fetched.data.startswith(b"\xff\xfb")
    assert len(fetched.data) == pytest.approx(5 * 4000, rel=0.05)


def test_who_hangs_up_is_called_back(twilio: TwilioStandIn, phone_desk: Desk) -> None:
    call = twilio.place_call(phone_desk.url, Numbers.CUSTOMER, leave_voicemail=False)
    began, ended = phone_desk.parsed
    assert began == Ignored("The call began; its end tells what it was.")
    assert isinstance(ended, InboundMessage)
    assert (ended.text, ended.amends) == (
        f"Missed call from {Numbers.CUSTOMER}: call back.",
        MISSED,
    )
    assert ended.facts == {"call": {"sid": call.sid, "status": "completed", "seconds": 4}}


@pytest.mark.parametrize("seconds", [1])
def test_a_recording_of_a_moment_is_a_missed_call(
    twilio: TwilioStandIn, phone_desk: Desk, seconds: int
) -> None:
    twilio.place_call(phone_desk.url, Numbers.CUSTOMER, seconds=seconds)
    assert {(each.amends, each.files) for each in phone_desk.messages} == {(MISSED, ())}


@pytest.mark.parametrize("order", list(permutations(("recorded", "status", "transcribed"))))
def test_whatever_comes_last_the_transcript_stands(
    twilio: TwilioStandIn, phone_desk: Desk, order: tuple[str, ...]
) -> None:
    twilio.place_call(phone_desk.url, Numbers.CUSTOMER, transcript="Call me.", order=order)
    assert len({each.key for each in phone_desk.messages}) == 1
    highest = max(phone_desk.messages, key=lambda each: each.amends)
    assert highest.text == "Call me."
    assert sum(len(each.files) for each in phone_desk.messages) == 1


def test_doubled_webhooks_are_one_envelope_each(twilio: TwilioStandIn, phone_desk: Desk) -> None:
    call = twilio.place_call(phone_desk.url, Numbers.CUSTOMER, transcript="Twice.")
    stored = list(phone_desk.envelopes)
    for answer in call.answers.values():
        assert twilio.post(answer.url, answer.form).status == 200
    assert list(phone_desk.envelopes) == stored
    assert phone_desk.repeats == len(call.answers) == 4


@pytest.mark.parametrize(
    ("language", "spoken", "word"),
    [
        ("en", "en-US", "Hello"),
        ("zh_Hans", "zh-CN", "请在提示音后留言"),
        ("zh_Hant", "zh-TW", "請在提示音後留言"),
    ],
)
def test_callers_are_greeted_in_the_language_of_the_inbox(
    twilio: TwilioStandIn, phone_settings: PhoneSettings, language: str, spoken: str, word: str
) -> None:
    settings = phone_settings.model_copy(update={"language": language})
    with Desk(PhoneChannel(), settings) as desk:
        call = twilio.place_call(desk.url, Numbers.CUSTOMER)
    assert set(call.languages) == {spoken}
    assert word in call.heard[0]


def test_an_own_greeting_is_said_and_cannot_write_twiml(
    twilio: TwilioStandIn, phone_settings: PhoneSettings
) -> None:
    words = "Tarnfold & Sons </Say><Dial>+12025550199</Dial>"
    settings = phone_settings.model_copy(update={"greeting": words})
    with Desk(PhoneChannel(), settings) as desk:
        call = twilio.place_call(desk.url, Numbers.CUSTOMER)
    assert call.heard[0] == words


def test_no_transcript_is_asked_for_in_chinese_or_when_switched_off(
    twilio: TwilioStandIn, phone_settings: PhoneSettings
) -> None:
    for change in ({"language": "zh_Hans"}, {"transcribe": False}):
        with Desk(PhoneChannel(), phone_settings.model_copy(update=change)) as desk:
            call = twilio.place_call(desk.url, Numbers.CUSTOMER, transcript="Nonsense")
        assert "transcribed" not in call.answers


def test_a_voicemail_is_no_longer_than_the_setting(
    twilio: TwilioStandIn, phone_settings: PhoneSettings
) -> None:
    settings = phone_settings.model_copy(update={"voicemail_max_seconds": 90})
    with Desk(PhoneChannel(), settings) as desk:
        twilio.place_call(desk.url, Numbers.CUSTOMER, seconds=500)
        assert desk.messages[0].text == "Voicemail, 1:30"


def test_an_empty_transcript_is_ignored(twilio: TwilioStandIn, phone_desk: Desk) -> None:
    twilio.place_call(phone_desk.url, Numbers.CUSTOMER, transcript="")
    assert phone_desk.parsed[-1] == Ignored("Twilio could not make out what was said.")


@pytest.mark.parametrize("written", ["+266696687", "anonymous", "+86282452253", ""])
def test_two_withheld_callers_are_not_one_person(
    twilio: TwilioStandIn, phone_desk: Desk, written: str
) -> None:
    calls = [twilio.place_call(phone_desk.url, written, transcript="It is me") for _ in range(2)]
    senders = {each.key: each.sender.value for each in phone_desk.messages}
    assert senders == {f"call:{each.sid}": f"withheld:{each.sid}" for each in calls}
    assert "Missed call from a withheld number." in [each.text for each in phone_desk.messages]


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_a_call_that_never_came_through_is_called_back(
    twilio: TwilioStandIn, phone_desk: Desk, status: str
) -> None:
    form = {"CallSid": "CA" + "0" * 32, "CallStatus": status, "From": Numbers.CUSTOMER}
    twilio.post(f"{phone_desk.url}/status", form)
    assert phone_desk.messages[0].amends == MISSED


def test_calls_under_way_and_our_own_are_ignored(twilio: TwilioStandIn, phone_desk: Desk) -> None:
    sid = {"CallSid": "CA" + "0" * 32, "From": Numbers.CUSTOMER}
    twilio.post(f"{phone_desk.url}/status", sid | {"CallStatus": "in-progress"})
    twilio.post(
        f"{phone_desk.url}/status",
        sid | {"CallStatus": "completed", "Direction": "outbound-dial"},
    )
    assert [type(each) for each in phone_desk.parsed] == [Ignored, Ignored]


def test_a_forged_call_hears_nothing(phone_desk: Desk) -> None:
    with TwilioStandIn() as stranger:
        call = stranger.place_call(phone_desk.url, Numbers.CUSTOMER)
    assert {answer.status for answer in call.answers.values()} == {403}
    assert not phone_desk.envelopes
    assert not call.heard


def test_sibling_addresses_keep_the_query(twilio: TwilioStandIn, phone_desk: Desk) -> None:
    form = {"CallSid": "CA" + "0" * 32, "From": Numbers.CUSTOMER, "CallStatus": "ringing"}
    answer = twilio.post(f"{phone_desk.url}/voice?inbox=7&a=b", form)
    assert f'action="{phone_desk.url}/recorded?inbox=7&amp;a=b"' in answer.body
    assert f'transcribeCallback="{phone_desk.url}/transcribed?inbox=7&amp;a=b"' in answer.body


def test_calls_are_made_by_people(phone_settings: PhoneSettings) -> None:
    us = Address(ContactKind.PHONE, Numbers.OURS)
    with pytest.raises(PermanentFailure, match="ring the customer"):
        PhoneChannel().send(
            OutboundMessage("k", "phone", us, Numbers.CUSTOMER, "Hello"), phone_settings
        )
    assert not PhoneChannel.can_reply


@pytest.mark.parametrize(
    ("event", "raw", "reason"),
    [
        ("recorded", b"", "RecordingSid"),
        ("recorded", b"RecordingDuration=-1", "RecordingDuration"),
        ("recorded", b"RecordingDuration=99999999999", "RecordingDuration"),
        ("recorded", b"RecordingDuration=9&RecordingSid=RE" + b"0" * 32, "RecordingUrl"),
        ("transcribed", b"TranscriptionText=hi", "CallSid"),
        ("status", b"CallStatus=completed", "CallSid"),
        ("status", b"x" * 1_000_000, "bytes"),
        ("other", b"", "no webhook 'other'"),
    ],
)
def test_what_cannot_be_read_says_why(
    phone_settings: PhoneSettings, event: str, raw: bytes, reason: str
) -> None:
    envelope = RawEnvelope(raw, datetime.now(UTC), Numbers.OURS, {"event": event})
    with pytest.raises(Unreadable, match=reason):
        PhoneChannel().parse(envelope, phone_settings)
