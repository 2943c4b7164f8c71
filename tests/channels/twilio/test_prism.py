"""The stand-in and the adapter against the provider's own OpenAPI description."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from channels.message import (
    Address,
    ContactKind,
    DeliveryState,
    OutboundFile,
    OutboundMessage,
    PermanentFailure,
)
from channels.sms import SmsChannel, SmsSettings
from channels.twilio_account import client_of
from tests.standins.twilio import Numbers, TwilioStandIn
from tests.standins.twilio.prism import NotAvailable, Prism, described

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prism(twilio: TwilioStandIn) -> Iterator[Prism]:
    try:
        checked = Prism(twilio.url)
    except NotAvailable as missing:
        _go_without(str(missing))
    with checked as running:
        yield running


@pytest.fixture
def settings(prism: Prism, sms_settings: SmsSettings) -> SmsSettings:
    return sms_settings.model_copy(update={"api_base_url": prism.url})


@pytest.fixture
def client(settings: SmsSettings) -> Iterator[Client]:
    with client_of(settings) as client:
        yield client


def test_a_text_passes_both_ways(twilio: TwilioStandIn, settings: SmsSettings) -> None:
    receipt = SmsChannel().send(_outgoing("Schönen Tag 👋 您好"), settings)
    assert receipt.state is DeliveryState.SENT
    assert twilio.sent[-1].sid == receipt.provider_id
    assert twilio.sent[-1].body == "Schönen Tag 👋 您好"


def test_a_messaging_service_and_files_pass(twilio: TwilioStandIn, settings: SmsSettings) -> None:
    kind, data = twilio.picture
    kept = twilio.add_media(kind, data).rpartition("/")[2]
    files = tuple(OutboundFile("a.png", kind, data, url=f"{twilio.url}/cdn/{kept}") for _ in "ab")
    service = settings.model_copy(update={"messaging_service_sid": "MG" + "a" * 32})
    SmsChannel().send(_outgoing("Two pictures", files=files), service)
    twilio.settle()
    assert twilio.sent[-1].media == [data, data]


def test_what_was_sent_can_be_read_back(
    twilio: TwilioStandIn, settings: SmsSettings, client: Client
) -> None:
    receipt = SmsChannel().send(_outgoing("Read me"), settings)
    twilio.settle()
    fetched = client.messages(receipt.provider_id).fetch()
    listed = client.messages.list(to=Numbers.CUSTOMER, limit=5)
    assert (fetched.body, fetched.status) == ("Read me", "delivered")
    assert receipt.provider_id in [message.sid for message in listed]


def test_an_undelivered_message_can_be_read_back(
    twilio: TwilioStandIn, settings: SmsSettings, client: Client
) -> None:
    receipt = SmsChannel().send(_outgoing("Lost", to=Numbers.FILTERED), settings)
    twilio.settle()
    fetched = client.messages(receipt.provider_id).fetch()
    assert (fetched.status, fetched.error_code) == ("undelivered", 30007)


def test_the_check_passes(settings: SmsSettings) -> None:
    SmsChannel().check(settings)


@pytest.mark.parametrize(
    "form",
    [
        {"From": Numbers.OURS, "Body": "no recipient"},
        {"To": Numbers.CUSTOMER, "From": Numbers.OURS, "MediaUrl": "not an address"},
        {
            "To": Numbers.CUSTOMER,
            "From": Numbers.OURS,
            "Body": "x",
            "StatusCallback": "nowhere at all",
        },
        {"To": Numbers.CUSTOMER, "MessagingServiceSid": "MG1", "Body": "x"},
        {"To": Numbers.CUSTOMER, "From": Numbers.OURS, "Body": "x", "ValidityPeriod": "soon"},
    ],
)
def test_prism_refuses_what_the_provider_would(
    twilio: TwilioStandIn, prism: Prism, form: dict[str, str]
) -> None:
    """Without this, its silence about our own requests would prove nothing."""
    before = len(twilio.sent)
    url = f"{prism.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    login = (twilio.account_sid, twilio.auth_token)
    response = requests.post(url, data=form, auth=login, timeout=10)
    assert response.status_code == 422, response.text
    assert len(twilio.sent) == before


def test_prism_reads_our_answers_too(
    prism: Prism, settings: SmsSettings, client: Client, twilio: TwilioStandIn
) -> None:
    receipt = SmsChannel().send(_outgoing("Bent"), settings)
    twilio.settle()
    twilio.sent[-1].status = "pondering"
    with pytest.raises(TwilioRestException) as refusal:
        client.messages(receipt.provider_id).fetch()
    assert refusal.value.status == 500


def test_the_stand_in_says_all_that_the_description_says(
    twilio: TwilioStandIn, settings: SmsSettings
) -> None:
    """The description makes no field of an answer obligatory, so prism would miss an absent one."""
    SmsChannel().send(_outgoing("Whole"), settings)
    schemas = described()["components"]["schemas"]
    said = twilio.sent[-1].resource(twilio.account_sid)
    assert set(said) == set(schemas["api.v2010.account.message"]["properties"])


def test_an_account_that_is_no_account_is_refused(settings: SmsSettings) -> None:
    stranger = settings.model_copy(update={"account_sid": "AC" + "0" * 32})
    with pytest.raises(PermanentFailure):
        SmsChannel().check(stranger)


def _outgoing(
    text: str, *, to: str = Numbers.CUSTOMER, files: tuple[OutboundFile, ...] = ()
) -> OutboundMessage:
    us = Address(ContactKind.PHONE, Numbers.OURS)
    return OutboundMessage(
        "key", "sms", us, to, text, files=files, callback_url="http://127.0.0.1:9/status"
    )


def _go_without(reason: str) -> None:
    """On a person's machine a missing program is said and passed over; in CI it is a fault."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"Missing for the prism tests: {reason}")
    print(f"Skipping the prism tests. Missing: {reason}", file=sys.__stderr__)
    pytest.skip(reason)
