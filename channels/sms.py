"""Text messages, through Twilio's Programmable Messaging.

Webhook events: ``message`` (a customer wrote), ``status`` (news of one that we sent).
An envelope's ``meta`` needs ``event``; with ``url``, the address that was called, news finds its
delivery even when the answer to our request was lost.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

from pydantic import Field
from twilio.base.values import unset
from twilio.twiml.messaging_response import MessagingResponse

from channels import phone_numbers, twilio_account, twilio_form, twilio_media, twilio_refusal
from channels.base import BotSettings, WebhookChannel, WebhookReply, WebhookRequest
from channels.message import (
    ContactKind,
    DeliveryEvent,
    DeliveryState,
    Ignored,
    InboundFile,
    InboundMessage,
    OutboundFile,
    OutboundMessage,
    Parsed,
    PermanentFailure,
    RawEnvelope,
    Receipt,
    UnknownOutcome,
    Unreadable,
)
from channels.twilio_account import TwilioSettings, client_of, signed_by
from channels.twilio_form import Form

MAX_MEDIA = 10  # files in one message, either way
XML = "text/xml; charset=utf-8"

_STATES = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}

# What Twilio acts on by itself when a messaging service does not say so in OptOutType.
# "YES" and "INFO" are left out: as answers to a question they mean something else.
# Source: https://help.twilio.com/articles/223134027
_OPT_OUT_WORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit"), "stop"),
    **dict.fromkeys(("start", "unstop"), "start"),
    "help": "help",
}


class SmsSettings(TwilioSettings, BotSettings):
    """One number, or one messaging service, that texts."""

    messaging_service_sid: str = Field(
        "",
        pattern=r"^(MG[0-9a-fA-F]{32})?$",
        title="Messaging service SID",
        description="Starts with MG; leave empty to send from the number of this inbox.",
    )


class SmsChannel(WebhookChannel[SmsSettings]):
    """Text messages with pictures, in and out."""

    name = "sms"
    contact_kind = ContactKind.PHONE
    settings_model = SmsSettings
    max_text = 1600

    def verify(self, request: WebhookRequest, settings: SmsSettings) -> bool:
        return signed_by(settings, request)

    def envelope_key(self, request: WebhookRequest) -> str | None:
        if request.event == "message":
            return twilio_form.key("message", request.body, "MessageSid")
        if request.event == "status":
            return twilio_form.key("status", request.body, "MessageSid", "MessageStatus")
        return None

    def reply(self, request: WebhookRequest, settings: SmsSettings) -> WebhookReply:
        return WebhookReply(str(MessagingResponse()), XML)

    def parse(self, envelope: RawEnvelope, settings: SmsSettings) -> Parsed:
        form = twilio_form.read(envelope.raw)
        event = envelope.meta.get("event", "")
        if event == "message":
            return _message(form)
        if event == "status":
            return _news(form, envelope.meta.get("url", ""))
        raise Unreadable(f"Text messages have no webhook {event!r}.")

    def send(self, message: OutboundMessage, settings: SmsSettings) -> Receipt:
        media = [_public_address(file) for file in message.files]
        with twilio_refusal.translated(), client_of(settings) as client:
            taken = client.messages.create(
                to=message.recipient,
                body=message.text or unset,
                media_url=media or unset,
                status_callback=_callback(message) or unset,
                **_from(message, settings),
            )
        if not taken.sid:
            raise UnknownOutcome("Twilio answered without naming the message.")
        if _STATES.get(str(taken.status)) is DeliveryState.FAILED:
            raise PermanentFailure(twilio_refusal.sentence(taken.error_code))
        return Receipt(DeliveryState.SENT, provider_id=str(taken.sid))

    def fetch(self, url: str, settings: SmsSettings) -> InboundFile:
        return twilio_media.download(url, settings)

    def check(self, settings: SmsSettings) -> None:
        twilio_account.check(settings)


def _message(form: Form) -> InboundMessage:
    sid = twilio_form.sid(form, "MessageSid")
    if not form.get("From", "").strip():
        raise Unreadable("The text message has no sender.")
    text = twilio_form.text(form, "Body")
    return InboundMessage(
        channel="sms",
        key=f"sms:{sid}",
        sender=phone_numbers.caller(form["From"], sid),
        text=text,
        new_text=text,
        to=phone_numbers.ours(form.get("To", "")),
        files=tuple(
            _file(form, n) for n in range(twilio_form.number(form, "NumMedia", most=MAX_MEDIA))
        ),
        facts=_opt_out(form, text),
    )


def _file(form: Form, n: int) -> InboundFile:
    url = form.get(f"MediaUrl{n}", "")
    if not re.fullmatch(r"https?://[!-~]{1,2000}", url):
        raise Unreadable(f"MediaUrl{n} is not a web address.")
    content_type = twilio_form.word(form, f"MediaContentType{n}") or "application/octet-stream"
    return InboundFile(twilio_media.name_for(f"media-{n + 1}", content_type), content_type, url=url)


def _opt_out(form: Form, text: str) -> dict[str, object]:
    said = twilio_form.word(form, "OptOutType") or _OPT_OUT_WORDS.get(text.strip().lower(), "")
    return {"opt_out": said} if said in ("stop", "start", "help") else {}


def _news(form: Form, url: str) -> DeliveryEvent | Ignored:
    sid = twilio_form.sid(form, "MessageSid")
    status = twilio_form.word(form, "MessageStatus")
    state = _STATES.get(status)
    if state is None:
        return Ignored(f"The state {status!r} says nothing about the delivery.")
    failed = state is DeliveryState.FAILED
    code = twilio_form.number(form, "ErrorCode", most=999_999) or None
    return DeliveryEvent(
        channel="sms",
        key=f"status:{sid}:{status}",
        state=state,
        provider_id=sid,
        message_ids=_delivery_named_by(url),
        recipient=phone_numbers.normalized(form.get("To", "")),
        reason=twilio_refusal.sentence(code, f"Twilio says {status}") if failed else "",
        permanent=failed and twilio_refusal.is_hopeless(code),
    )


def _callback(message: OutboundMessage) -> str:
    """Where Twilio reports, naming our delivery: its own id is lost when its answer is.

    The name is in base64 that needs no escapes, since a signature is over the URL as written and
    web frameworks write escapes anew.
    """
    if not message.callback_url:
        return ""
    joint = "&" if urlsplit(message.callback_url).query else "?"
    name = urlsafe_b64encode(message.key.encode()).decode().rstrip("=")
    return f"{message.callback_url}{joint}delivery={name}"


def _delivery_named_by(url: str) -> tuple[str, ...]:
    try:
        (name,) = parse_qs(urlsplit(url).query, max_num_fields=20)["delivery"]
        return (urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode(),)
    except (ValueError, LookupError):
        return ()


def _from(message: OutboundMessage, settings: SmsSettings) -> dict[str, str]:
    if settings.messaging_service_sid:
        return {"messaging_service_sid": settings.messaging_service_sid}
    return {"from_": message.sender.value}


def _public_address(file: OutboundFile) -> str:
    if not file.url:
        raise PermanentFailure(f"{file.name} has no public address for Twilio to fetch it from.")
    return file.url
