"""Calls, through Twilio's Programmable Voice: a greeting, a voicemail, and who to call back.

Webhook events: ``voice`` (a call begins), ``recorded`` (its voicemail), ``transcribed`` (the words
of it), ``status`` (it ended). They may come in any order, and all complete one message:
missed call < voicemail < transcript. An envelope's ``meta`` needs ``event``.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field
from twilio.twiml.voice_response import VoiceResponse

from channels import phone_numbers, twilio_account, twilio_form, twilio_media
from channels.base import WebhookChannel, WebhookReply, WebhookRequest
from channels.message import (
    ContactKind,
    Ignored,
    InboundFile,
    InboundMessage,
    OutboundMessage,
    Parsed,
    PermanentFailure,
    RawEnvelope,
    Receipt,
    Unreadable,
)
from channels.twilio_account import TwilioSettings, signed_by
from channels.twilio_form import Form

XML = "text/xml; charset=utf-8"
MAX_CALL_SECONDS = 24 * 3600
SHORTEST_VOICEMAIL = 2  # seconds; below, somebody hung up at the beep

MISSED, VOICEMAIL, TRANSCRIPT = 1, 2, 3  # ranks of ``InboundMessage.amends``

Language = Literal["en", "zh_Hans", "zh_Hant"]

_VOICES = {"en": "en-US", "zh_Hans": "zh-CN", "zh_Hant": "zh-TW"}
_GREETINGS = {
    "en": "Hello. Please leave a message after the tone, and we will call you back.",
    "zh_Hans": "您好，请在提示音后留言，我们会尽快给您回电。",
    "zh_Hant": "您好，請在提示音後留言，我們會盡快給您回電。",
}
_THANKS = {
    "en": "Thank you. Goodbye.",
    "zh_Hans": "谢谢您的来电，再见。",
    "zh_Hant": "謝謝您的來電，再見。",
}
_ENDED = ("completed", "no-answer", "busy", "failed", "canceled")
_KEYS = {
    "voice": ("CallSid",),
    "recorded": ("RecordingSid",),
    "transcribed": ("TranscriptionSid",),
    "status": ("CallSid", "CallStatus"),
}


class PhoneSettings(TwilioSettings):
    """One number that takes calls."""

    language: Language = Field(
        "en", title="Language", description="The language that callers are greeted in."
    )
    greeting: str = Field(
        "",
        max_length=1000,
        title="Greeting",
        description="Said before the tone; leave empty for the usual words.",
    )
    thanks: str = Field(
        "",
        max_length=1000,
        title="Thanks",
        description="Said after a voicemail; leave empty for the usual words.",
    )
    voicemail_max_seconds: int = Field(
        120,
        ge=5,
        le=600,
        title="Longest voicemail, in seconds",
        description="Twilio writes down what was said in recordings of up to 120 seconds.",
    )
    transcribe: bool = Field(
        True,
        title="Write down what was said",
        description="Twilio understands English only, so this has no effect in Chinese.",
    )


class PhoneChannel(WebhookChannel[PhoneSettings]):
    """Calls in. People call back by themselves."""

    name = "phone"
    contact_kind = ContactKind.PHONE
    settings_model = PhoneSettings
    can_reply = False

    def verify(self, request: WebhookRequest, settings: PhoneSettings) -> bool:
        return signed_by(settings, request)

    def envelope_key(self, request: WebhookRequest) -> str | None:
        names = _KEYS.get(request.event)
        return twilio_form.key(request.event, request.body, *names) if names else None

    def reply(self, request: WebhookRequest, settings: PhoneSettings) -> WebhookReply:
        if request.event == "voice":
            return WebhookReply(str(_invitation(request.url, settings)), XML)
        if request.event == "recorded":
            return WebhookReply(str(_farewell(settings)), XML)
        return WebhookReply(str(VoiceResponse()), XML)

    def parse(self, envelope: RawEnvelope, settings: PhoneSettings) -> Parsed:
        form = twilio_form.read(envelope.raw)
        event = envelope.meta.get("event", "")
        if event == "voice":
            return Ignored("The call began; its end tells what it was.")
        if event == "recorded":
            return _voicemail(form)
        if event == "transcribed":
            return _transcript(form)
        if event == "status":
            return _end(form)
        raise Unreadable(f"Calls have no webhook {event!r}.")

    def send(self, message: OutboundMessage, settings: PhoneSettings) -> Receipt:
        raise PermanentFailure("Calls are made by people: please ring the customer.")

    def fetch(self, url: str, settings: PhoneSettings) -> InboundFile:
        return twilio_media.download(url, settings)

    def check(self, settings: PhoneSettings) -> None:
        twilio_account.check(settings)


def _invitation(url: str, settings: PhoneSettings) -> VoiceResponse:
    answer = VoiceResponse()
    _say(answer, settings.greeting or _GREETINGS[settings.language], settings)
    answer.record(
        action=_beside(url, "recorded"),
        method="POST",
        max_length=settings.voicemail_max_seconds,
        play_beep=True,
        **_transcription(url, settings),
    )
    answer.hangup()  # reached when nothing was said
    return answer


def _farewell(settings: PhoneSettings) -> VoiceResponse:
    answer = VoiceResponse()
    _say(answer, settings.thanks or _THANKS[settings.language], settings)
    answer.hangup()
    return answer


def _say(answer: VoiceResponse, words: str, settings: PhoneSettings) -> None:
    answer.say(words, language=_VOICES[settings.language])


def _transcription(url: str, settings: PhoneSettings) -> dict[str, object]:
    if not (settings.transcribe and settings.language == "en"):
        return {"transcribe": False}
    return {"transcribe": True, "transcribe_callback": _beside(url, "transcribed")}


def _beside(url: str, event: str) -> str:
    """The address of another of our webhooks, next to the one that was called."""
    parts = urlsplit(url)
    path = parts.path.rpartition("/")[0] + "/" + event
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _voicemail(form: Form) -> InboundMessage:
    seconds = twilio_form.number(form, "RecordingDuration", most=MAX_CALL_SECONDS)
    facts: dict[str, object] = {
        "recording": twilio_form.sid(form, "RecordingSid"),
        "voicemail_seconds": seconds,
    }
    if seconds < SHORTEST_VOICEMAIL:
        return _contact(form, MISSED, _call_back(form), facts)
    text = f"Voicemail, {seconds // 60}:{seconds % 60:02}"
    return _contact(form, VOICEMAIL, text, facts, (_recording(form),))


def _recording(form: Form) -> InboundFile:
    url = form.get("RecordingUrl", "")
    if not re.fullmatch(r"https?://[!-~]{1,2000}", url):
        raise Unreadable("RecordingUrl is not a web address.")
    return InboundFile("voicemail.mp3", "audio/mpeg", url=url.removesuffix(".mp3") + ".mp3")


def _transcript(form: Form) -> Parsed:
    words = twilio_form.text(form, "TranscriptionText").strip()
    if not words:
        return Ignored("Twilio could not make out what was said.")
    return _contact(form, TRANSCRIPT, words, {"transcribed_by": "Twilio"})


def _end(form: Form) -> Parsed:
    status = twilio_form.word(form, "CallStatus")
    if status not in _ENDED:
        return Ignored("The call goes on; its end tells what it was.")
    if twilio_form.word(form, "Direction").startswith("outbound"):
        return Ignored("It was our own call to a customer.")
    seconds = twilio_form.number(form, "CallDuration", most=MAX_CALL_SECONDS)
    return _contact(form, MISSED, _call_back(form), {"status": status, "seconds": seconds})


def _call_back(form: Form) -> str:
    written = form.get("From", "")
    if phone_numbers.is_withheld(written):
        return "Missed call from a withheld number."
    return f"Missed call from {phone_numbers.normalized(written)}: call back."


def _contact(
    form: Form,
    rank: int,
    text: str,
    facts: dict[str, object],
    files: tuple[InboundFile, ...] = (),
) -> InboundMessage:
    sid = twilio_form.sid(form, "CallSid")
    return InboundMessage(
        channel="phone",
        key=f"call:{sid}",
        sender=phone_numbers.caller(form.get("From", ""), sid),
        text=text,
        new_text=text,
        to=phone_numbers.ours(form.get("To", "")),
        files=files,
        amends=rank,
        facts={"call": {"sid": sid, **facts}},
    )
