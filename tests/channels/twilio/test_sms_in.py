"""Text messages that customers send, over HTTP from the stand-in."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import requests
from twilio.request_validator import RequestValidator

from channels.message import ContactKind, Proof, RawEnvelope, Unreadable
from channels.sms import SmsChannel, SmsSettings
from tests.channels.twilio.desk import Desk
from tests.standins.twilio import Numbers, TwilioStandIn

SID = "SM" + "0" * 32


def test_a_text_becomes_one_message(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    answer = twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "Where is my order?")
    (message,) = sms_desk.messages
    assert message.key == f"sms:{answer.form['MessageSid']}"
    assert (message.sender.kind, message.sender.value) == (ContactKind.PHONE, Numbers.CUSTOMER)
    assert message.sender.proof is Proof.NONE
    assert message.text == message.new_text == "Where is my order?"
    assert message.to[0].value == Numbers.OURS
    assert not message.facts


def test_the_provider_gets_empty_twiml(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    answer = twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "Hi")
    assert answer.status == 200
    assert answer.body == '<?xml version="1.0" encoding="UTF-8"?><Response />'


@pytest.mark.parametrize(
    "body",
    [
        "我要退款，订单号是 10086",
        "請幫我改地址",
        "👩‍👩‍👧‍👦 ❤️ 🇬🇧",
        "a+b=c & d%20e",
        "two\r\nlines\n",
        "",
        " x ",
    ],
)
def test_words_arrive_as_written(twilio: TwilioStandIn, sms_desk: Desk, body: str) -> None:
    twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, body)
    assert sms_desk.messages[0].text == body


def test_pictures_come_by_address_and_are_fetched(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    media = [twilio.picture, ("application/pdf", b"%PDF-1.7")]
    twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "", media)
    files = sms_desk.messages[0].files
    assert [(f.name, f.content_type) for f in files] == [
        ("media-1.png", "image/png"),
        ("media-2.pdf", "application/pdf"),
    ]
    fetched = [SmsChannel().fetch(f.url, sms_desk.settings) for f in files]
    assert [(f.content_type, f.data) for f in fetched] == media


def test_a_doubled_webhook_is_one_envelope(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    first = twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "Once")
    again = twilio.post(first.url, first.form)
    assert again.status == 200
    assert (len(sms_desk.envelopes), sms_desk.repeats) == (1, 1)


@pytest.mark.parametrize(
    ("body", "said_by_provider", "fact"),
    [
        ("STOP", "", "stop"),
        ("停止", "STOP", "stop"),
        ("unstop", "", "start"),
        ("Help", "HELP", "help"),
        ("please stop the delivery", "", None),
        ("yes", "", None),
    ],
)
def test_opting_out_is_a_fact(
    twilio: TwilioStandIn, sms_desk: Desk, body: str, said_by_provider: str, fact: str | None
) -> None:
    twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, body, opt_out=said_by_provider)
    assert sms_desk.messages[0].facts.get("opt_out") == fact


@pytest.mark.parametrize("sender", ["INFO", "12345", "whatsapp:+447700900123"])
def test_a_sender_that_is_no_number_is_kept_as_written(
    twilio: TwilioStandIn, sms_desk: Desk, sender: str
) -> None:
    twilio.send_sms(f"{sms_desk.url}/message", sender, "Your code is 1234")
    assert sms_desk.messages[0].sender.value == sender


def test_two_withheld_senders_are_not_one_person(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    for _ in range(2):
        twilio.send_sms(f"{sms_desk.url}/message", "+266696687", "Guess who")
    first, second = sms_desk.messages
    assert first.sender.value != second.sender.value
    assert first.sender.name == "Withheld number"


def test_a_missing_signature_is_refused(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    form = {"MessageSid": "SM" + "0" * 32, "From": Numbers.CUSTOMER, "Body": "Hi"}
    assert requests.post(f"{sms_desk.url}/message", data=form, timeout=5).status_code == 403
    assert not sms_desk.envelopes


def test_a_forged_signature_is_refused(sms_desk: Desk) -> None:
    with TwilioStandIn() as stranger:
        answer = stranger.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "Hi")
    assert answer.status == 403
    assert not sms_desk.envelopes


@pytest.mark.parametrize("change", [{"Body": "Pay me"}, {"Extra": "1"}])
def test_a_signature_covers_every_field(
    twilio: TwilioStandIn, sms_desk: Desk, change: dict[str, str]
) -> None:
    url = f"{sms_desk.url}/message"
    form = {"MessageSid": "SM" + "1" * 32, "From": Numbers.CUSTOMER, "Body": "Hi"}
    response = requests.post(
        url,
        data=form | change,
        headers={"X-Twilio-Signature": _signature(twilio, url, form)},
        timeout=5,
    )
    assert response.status_code == 403


@pytest.mark.parametrize("signature", ["", "é", "x" * 100_000, "null"])
def test_a_strange_signature_is_refused(sms_desk: Desk, signature: str) -> None:
    response = requests.post(
        f"{sms_desk.url}/message",
        data={"Body": "Hi"},
        headers={"X-Twilio-Signature": signature.encode()[:60_000]},
        timeout=5,
    )
    assert response.status_code == 403


def test_a_field_sent_twice_is_signed_twice_and_never_guessed_at(
    twilio: TwilioStandIn, sms_desk: Desk
) -> None:
    url, form = f"{sms_desk.url}/message", {"MessageSid": SID, "From": "INFO", "Body": "Hi"}
    headers = {"X-Twilio-Signature": _signature(twilio, url, form)}
    body = urlencode(form)
    for extra, status in (("&Body=Pay", 403), ("&Body=Hi", 200)):
        response = requests.post(
            url,
            data=body + extra,
            headers=headers | {"Content-Type": "application/x-www-form-urlencoded"},
            timeout=5,
        )
        assert response.status_code == status
    assert [message.text for message in sms_desk.messages] == ["Hi"]


def test_a_megabyte_is_refused(twilio: TwilioStandIn, sms_desk: Desk) -> None:
    answer = twilio.send_sms(f"{sms_desk.url}/message", Numbers.CUSTOMER, "x" * 1_000_000)
    assert answer.status == 403


def test_a_signed_form_without_an_id_is_kept_for_quarantine(
    twilio: TwilioStandIn, sms_desk: Desk
) -> None:
    answer = twilio.post(f"{sms_desk.url}/message", {"From": Numbers.CUSTOMER, "Body": "Hi"})
    assert answer.status == 200
    ((key, _),) = sms_desk.envelopes.items()
    assert key.startswith("message:sha256:")
    with pytest.raises(Unreadable, match="no usable MessageSid"):
        _ = sms_desk.parsed


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "MessageSid"),
        (b"Body=" + b"x" * 1_000_000, "bytes"),
        (b"&".join(b"f%d=1" % n for n in range(300)), "200 fields"),
        (b"Body=%ff%fe", "UTF-8"),
        ("Body=é".encode(), "UTF-8"),
        (b"Body=a&Body=b", "two values for 'Body'"),
        (f"MessageSid={SID}&Body=x".encode(), "no sender"),
        (f"MessageSid={SID}&From=%2B447700900123&NumMedia=11".encode(), "NumMedia"),
        (f"MessageSid={SID}&From=%2B447700900123&NumMedia=-1".encode(), "NumMedia"),
        (f"MessageSid={SID}&From=%2B447700900123&NumMedia=%D9%A1".encode(), "NumMedia"),
        (f"MessageSid={SID}&From=%2B447700900123&NumMedia=1".encode(), "MediaUrl0"),
        (f"MessageSid={SID}&From=x&NumMedia=1&MediaUrl0=file:///etc/passwd".encode(), "MediaUrl0"),
        (b"MessageSid=../../x&From=x", "MessageSid"),
    ],
)
def test_what_cannot_be_read_says_why(sms_settings: SmsSettings, raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        SmsChannel().parse(_envelope(raw, "message"), sms_settings)


def test_an_unknown_webhook_is_unreadable(sms_settings: SmsSettings) -> None:
    with pytest.raises(Unreadable, match="no webhook 'other'"):
        SmsChannel().parse(_envelope(b"", "other"), sms_settings)


def test_a_null_character_is_dropped(sms_settings: SmsSettings) -> None:
    raw = f"MessageSid={SID}&From=%2B447700900123&Body=a%00b".encode()
    message = SmsChannel().parse(_envelope(raw, "message"), sms_settings)
    assert getattr(message, "text", None) == "ab"


def _signature(twilio: TwilioStandIn, url: str, form: dict[str, str]) -> str:
    return str(RequestValidator(twilio.auth_token).compute_signature(url, form))


def _envelope(raw: bytes, event: str) -> RawEnvelope:
    return RawEnvelope(raw, datetime.now(UTC), Numbers.OURS, {"event": event})
