"""Text messages that the desk sends, and the news about them."""

from __future__ import annotations

import socket
import time

import pytest
from pydantic import SecretStr, ValidationError

from channels import twilio_account
from channels.message import (
    Address,
    ContactKind,
    DeliveryEvent,
    DeliveryState,
    Ignored,
    OutboundFile,
    OutboundMessage,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from channels.sms import SmsChannel, SmsSettings
from tests.channels.twilio.desk import Desk
from tests.standins.twilio import Numbers, TwilioStandIn

US = Address(ContactKind.PHONE, Numbers.OURS)


def outgoing(
    to: str = Numbers.CUSTOMER,
    text: str = "Your order is on its way",
    *,
    callback_url: str = "",
    files: tuple[OutboundFile, ...] = (),
) -> OutboundMessage:
    return OutboundMessage(
        key="delivery-1/ü",
        channel="sms",
        sender=US,
        recipient=to,
        text=text,
        callback_url=callback_url,
        files=files,
    )


def test_a_text_is_taken_and_its_news_comes_back(
    twilio: TwilioStandIn, sms_desk: Desk, sms_settings: SmsSettings
) -> None:
    message = outgoing(text="您的订单已发货 📦", callback_url=f"{sms_desk.url}/status")
    receipt = SmsChannel().send(message, sms_settings)
    twilio.settle()
    taken = twilio.sent[-1]
    assert receipt.state is DeliveryState.SENT
    assert receipt.provider_id == taken.sid
    assert (taken.to, taken.from_, taken.body) == (Numbers.CUSTOMER, Numbers.OURS, message.text)
    assert [news.state for news in _news(sms_desk)] == [
        DeliveryState.QUEUED,
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
    ]
    assert {news.provider_id for news in _news(sms_desk)} == {taken.sid}


def test_a_messaging_service_sends_in_place_of_the_number(
    twilio: TwilioStandIn, sms_settings: SmsSettings
) -> None:
    service = "MG" + "a" * 32
    SmsChannel().send(
        outgoing(), sms_settings.model_copy(update={"messaging_service_sid": service})
    )
    assert (twilio.sent[-1].messaging_service_sid, twilio.sent[-1].from_) == (service, "")


def test_files_go_by_their_public_address(twilio: TwilioStandIn, sms_settings: SmsSettings) -> None:
    kind, data = twilio.picture
    kept = twilio.add_media(kind, data).rpartition("/")[2]
    public = f"{twilio.url}/cdn/{kept}"
    files = tuple(OutboundFile(f"{n}.png", kind, data, url=public) for n in range(2))
    SmsChannel().send(outgoing(text="", files=files), sms_settings)
    twilio.settle()
    assert twilio.sent[-1].media == [data, data]
    assert twilio.sent[-1].sid.startswith("MM")


def test_a_file_without_a_public_address_is_not_sent_in_part(
    twilio: TwilioStandIn, sms_settings: SmsSettings
) -> None:
    before = len(twilio.sent)
    with pytest.raises(PermanentFailure, match=r"map\.png has no public address"):
        SmsChannel().send(
            outgoing(files=(OutboundFile("map.png", "image/png", b""),)), sms_settings
        )
    assert len(twilio.sent) == before


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (Numbers.NOT_A_NUMBER, r"not a valid telephone number \(21211\)\."),
        (Numbers.COUNTRY_NOT_ALLOWED, r"may not send to the customer's country \(21408\)\."),
        (Numbers.OPTED_OUT, r"opted out by replying STOP.* \(21610\)\."),
        (Numbers.LANDLINE, r"not a mobile number \(21614\)\."),
    ],
)
def test_a_refusal_is_permanent_and_in_plain_words(
    sms_settings: SmsSettings, to: str, reason: str
) -> None:
    with pytest.raises(PermanentFailure, match=reason):
        SmsChannel().send(outgoing(to), sms_settings)


def test_a_refusal_that_we_have_no_words_for_has_the_providers(sms_settings: SmsSettings) -> None:
    with pytest.raises(PermanentFailure, match=r"A 'To' phone number is required \(21604\)\."):
        SmsChannel().send(outgoing(""), sms_settings)


@pytest.mark.parametrize("to", [Numbers.TOO_MANY, Numbers.BROKEN])
def test_the_providers_trouble_is_temporary(
    twilio: TwilioStandIn, sms_settings: SmsSettings, to: str
) -> None:
    with pytest.raises(TemporaryFailure):
        SmsChannel().send(outgoing(to), sms_settings)
    assert to not in [message.to for message in twilio.sent]


@pytest.mark.parametrize("to", [Numbers.HANGS, Numbers.DROPS, Numbers.GIBBERISH, Numbers.GATEWAY])
def test_a_message_accepted_without_an_answer_is_unknown_and_sent_once(
    twilio: TwilioStandIn, sms_settings: SmsSettings, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    monkeypatch.setattr(twilio_account, "READ_SECONDS", 0.3)
    with pytest.raises(UnknownOutcome):
        SmsChannel().send(outgoing(to), sms_settings)
    assert [message.to for message in twilio.sent].count(to) == 1


def test_news_of_a_message_of_unknown_outcome_names_our_delivery(
    twilio: TwilioStandIn, sms_desk: Desk, sms_settings: SmsSettings
) -> None:
    message = outgoing(Numbers.DROPS, callback_url=f"{sms_desk.url}/status?inbox=7")
    with pytest.raises(UnknownOutcome):
        SmsChannel().send(message, sms_settings)
    twilio.settle()
    last = _news(sms_desk)[-1]
    assert last.state is DeliveryState.DELIVERED
    assert (last.message_ids, last.recipient) == ((message.key,), Numbers.DROPS)


def test_a_refused_connection_is_temporary(sms_settings: SmsSettings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(TemporaryFailure, match="could not be reached"):
            SmsChannel().send(outgoing(), sms_settings.model_copy(update={"api_base_url": address}))


def test_an_unknown_host_is_temporary(sms_settings: SmsSettings) -> None:
    nowhere = sms_settings.model_copy(update={"api_base_url": "http://nowhere.invalid"})
    with pytest.raises(TemporaryFailure, match="could not be reached"):
        SmsChannel().send(outgoing(), nowhere)


def test_a_silent_host_costs_no_more_than_its_timeout(
    sms_settings: SmsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_account, "READ_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(UnknownOutcome):
            SmsChannel().send(outgoing(), sms_settings.model_copy(update={"api_base_url": address}))
    assert time.monotonic() - began < 3


def test_a_lease_outlasts_the_longest_send() -> None:
    longest = twilio_account.CONNECT_SECONDS + twilio_account.READ_SECONDS
    assert longest < SmsChannel.send_timeout


@pytest.mark.parametrize(
    ("to", "reason", "hopeless"),
    [
        (Numbers.SWITCHED_OFF, "switched off or out of reach (30003).", False),
        (Numbers.DOES_NOT_EXIST, "does not exist or is no longer in use (30005).", True),
        (Numbers.CARRIER_TAKES_NO_TEXTS, "takes no text messages (30006).", True),
        (Numbers.FILTERED, "held it back (30007).", False),
        (Numbers.UNREGISTERED_SENDER, "in the United States (30034).", False),
    ],
)
def test_an_undelivered_message_says_why(
    twilio: TwilioStandIn,
    sms_desk: Desk,
    sms_settings: SmsSettings,
    to: str,
    reason: str,
    hopeless: bool,
) -> None:
    SmsChannel().send(outgoing(to, callback_url=f"{sms_desk.url}/status"), sms_settings)
    twilio.settle()
    last = _news(sms_desk)[-1]
    assert last.state is DeliveryState.FAILED
    assert last.reason.endswith(reason)
    assert last.permanent is hopeless


def test_doubled_and_late_news_is_one_envelope_a_state(
    twilio: TwilioStandIn, sms_desk: Desk, sms_settings: SmsSettings
) -> None:
    SmsChannel().send(outgoing(callback_url=f"{sms_desk.url}/status"), sms_settings)
    twilio.settle()
    for answer in reversed(twilio.sent[-1].callbacks):
        assert twilio.post(answer.url, answer.form).status == 200
    sid = twilio.sent[-1].sid
    assert list(sms_desk.envelopes) == [
        f"status:{sid}:{state}" for state in ("queued", "sent", "delivered")
    ]
    assert sms_desk.repeats == 3


def test_forged_news_is_refused(sms_desk: Desk) -> None:
    with TwilioStandIn() as stranger:
        form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered"}
        assert stranger.post(f"{sms_desk.url}/status", form).status == 403


def test_a_state_we_do_not_know_is_ignored_with_a_reason(
    twilio: TwilioStandIn, sms_desk: Desk
) -> None:
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "pondering"}
    twilio.post(f"{sms_desk.url}/status", form)
    assert sms_desk.parsed == [Ignored("The state 'pondering' says nothing about the delivery.")]


def test_a_check_logs_in(sms_settings: SmsSettings) -> None:
    SmsChannel().check(sms_settings)


def test_a_check_with_a_wrong_token_names_the_cure(sms_settings: SmsSettings) -> None:
    wrong = sms_settings.model_copy(update={"auth_token": SecretStr("wrong")})
    with pytest.raises(PermanentFailure, match=r"account SID and auth token.* \(20003\)"):
        SmsChannel().check(wrong)


def _news(desk: Desk) -> list[DeliveryEvent]:
    return [each for each in desk.parsed if isinstance(each, DeliveryEvent)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_sid": "AC1"},
        {"auth_token": ""},
        {"api_base_url": "api.example.org"},
        {"api_base_url": "file:///etc"},
        {"messaging_service_sid": "MG1"},
        {"unknown": "1"},
    ],
)
def test_wrong_settings_are_named(sms_settings: SmsSettings, wrong: dict[str, str]) -> None:
    right = sms_settings.model_dump()
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        SmsSettings.model_validate(right | wrong)


def test_the_token_is_a_secret() -> None:
    assert SmsSettings.secret_names() == {"auth_token"}
