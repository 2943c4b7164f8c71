"""How a reply gets to the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.rules.reply_route import NoWayOut, Reach, choose, order, preselected

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


def stated(channel: str, number: int, **facts: object) -> Reach:
    values: dict[str, object] = {
        "channel": channel, "inbox_id": number, "contact_point_id": number,
        "value": f"{channel}{number}", "verified": True, "reachable": True, "confirmed": True,
        "last_used": -1, "last_seen": -1, "own_inbox": False, **facts,
    }  # fmt: skip
    return Reach(**values)  # type: ignore[arg-type]


def test_what_the_customer_prefers_comes_first_unless_they_sit_in_the_chat() -> None:
    sms = stated("sms", 1, is_stated=True)
    mail = stated("email", 2, last_used=4)
    chat = stated("chat", 3, last_used=9)
    assert order([mail, sms])[0] is sms
    assert order([mail, sms, chat])[0] is chat
    first, other = stated("email", 4, is_primary=True), stated("email", 5, verified=False)
    assert order([other, first])[0] is first
    assert order([stated("email", 6, reachable=False, is_stated=True), mail])[0] is mail


def test_the_usual_channel_is_preselected_while_nothing_is_stated() -> None:
    mail, sms = stated("email", 1, last_used=4), stated("sms", 2)
    assert preselected([mail, sms], "sms")[0] is sms
    assert preselected([mail, sms], "")[0] is mail
    assert preselected([mail, sms], "phone")[0] is mail
    assert preselected([stated("email", 1, is_stated=True), sms], "sms")[0].channel == "email"
    assert choose([mail, sms], None) is mail, "what nobody looks at goes where they wrote last"


def test_the_usual_channel_is_no_reason_to_leave_the_chat_or_to_write_in_vain() -> None:
    chat, mail = stated("chat", 3, last_used=9), stated("email", 1, last_used=4)
    assert preselected([mail, chat, stated("sms", 2)], "sms")[0] is chat
    for hindrance in ({"confirmed": False}, {"reachable": False}):
        assert preselected([mail, stated("sms", 2, **hindrance)], "sms")[0] is mail
