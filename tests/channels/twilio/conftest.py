from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.phone import PhoneChannel, PhoneSettings
from channels.sms import SmsChannel, SmsSettings
from tests.channels.twilio.desk import Desk
from tests.standins.twilio import TwilioStandIn


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


@pytest.fixture
def sms_settings(twilio: TwilioStandIn) -> SmsSettings:
    return SmsSettings(
        account_sid=twilio.account_sid, auth_token=twilio.auth_token, api_base_url=twilio.url
    )


@pytest.fixture
def phone_settings(twilio: TwilioStandIn) -> PhoneSettings:
    return PhoneSettings(
        account_sid=twilio.account_sid, auth_token=twilio.auth_token, api_base_url=twilio.url
    )


@pytest.fixture
def sms_desk(sms_settings: SmsSettings) -> Iterator[Desk]:
    with Desk(SmsChannel(), sms_settings) as desk:
        yield desk


@pytest.fixture
def phone_desk(phone_settings: PhoneSettings) -> Iterator[Desk]:
    with Desk(PhoneChannel(), phone_settings) as desk:
        yield desk
