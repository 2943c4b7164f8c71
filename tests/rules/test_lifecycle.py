"""Stages: every customer is in one, for a reason, and time alone moves them on when it said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.lifecycle import Facts, Stage, Why, stage_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days)


def test_the_stages_in_the_life_of_a_customer() -> None:
    assert stage_of(Facts(last_contact_at=ago(1)), NOW).stage is Stage.LEAD
    assert stage_of(Facts(ago(3), ago(3)), NOW).stage is Stage.NEW
    assert stage_of(Facts(ago(90), ago(90)), NOW).stage is Stage.ACTIVE
    assert stage_of(Facts(ago(400), ago(200)), NOW).stage is Stage.AT_RISK
    assert stage_of(Facts(ago(400), ago(200), ago(2)), NOW).stage is Stage.ACTIVE
    assert stage_of(Facts(ago(400), ago(40), sent_back=True), NOW).why is Why.SENT_BACK
    assert stage_of(Facts(ago(800), ago(366)), NOW).stage is Stage.LAPSED


days = st.floats(0, 1000)


@given(first=days, last=days, heard=st.none() | days, sent_back=st.booleans(), later=days)
def test_nothing_changes_before_it_is_due(
    first: float, last: float, heard: float | None, sent_back: bool, later: float
) -> None:
    first, last = max(first, last), min(first, last)
    facts = Facts(ago(first), ago(last), None if heard is None else ago(heard), sent_back)
    verdict = stage_of(facts, NOW)
    then = NOW + timedelta(later)
    if verdict.due_at is None or then < verdict.due_at:
        assert stage_of(facts, then).stage is verdict.stage
    if verdict.due_at is not None:
        assert verdict.due_at > NOW
        assert stage_of(facts, verdict.due_at).stage is not verdict.stage or sent_back
