"""How a reply gets to the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.rules.reply_route import NoWayOut, Reach, choose

EMAIL = Reach(
    "email",
    1,
    1,
    "ann@fjell.example",
    verified=True,
    reachable=True,
    confirmed=True,
    last_used=-1,
    last_seen=-1,
    own_inbox=True,
)
SMS = replace(
    EMAIL, channel="sms", inbox_id=2, contact_point_id=2, value="+447700900001", own_inbox=False
)


def test_the_channel_that_they_used_last_wins() -> None:
    assert choose([EMAIL, replace(SMS, last_used=4, last_seen=4)], None).channel == "sms"
    later = replace(EMAIL, last_used=6, last_seen=6)
    assert choose([later, replace(SMS, last_used=4, last_seen=4)], None).channel == "email"


def test_a_call_is_answered_by_text_message_to_the_same_number() -> None:
    """Calls are made by people; SMS reaches the phone that rang."""
    assert choose([EMAIL, replace(SMS, last_seen=3)], None).channel == "sms"


def test_a_named_channel_is_kept() -> None:
    assert choose([replace(EMAIL, last_used=9), SMS], "sms").channel == "sms"


def test_promise_3_an_unconfirmed_address_is_never_written_to() -> None:
    with pytest.raises(NoWayOut, match="no confirmed address"):
        choose([replace(EMAIL, confirmed=False)], None)
    assert choose([replace(EMAIL, confirmed=False, last_used=9), SMS], None) == SMS


def test_an_address_that_bounced_is_avoided_and_named() -> None:
    bounced = replace(EMAIL, reachable=False, last_used=9)
    assert choose([bounced, SMS], None) == SMS
    with pytest.raises(NoWayOut, match=r"ann@fjell\.example cannot be reached"):
        choose([bounced, SMS], "email")


def test_nobody_to_write_to_says_so() -> None:
    with pytest.raises(NoWayOut, match="over sms"):
        choose([EMAIL], "sms")
