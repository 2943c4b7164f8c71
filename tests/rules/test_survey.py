"""Whom a survey asks, and how sure its shares are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import survey, survey_token
from helpdesk.rules.status import Status
from helpdesk.rules.survey import EndedTicket, Share, Unasked, is_due, way_to_ask

GOOD = EndedTicket(
    status=Status.RESOLVED, answered=True, by_person=True, tags=frozenset({"tents"}),
    asked_lately=False, is_here=False, mail=True,
)  # fmt: skip


def test_who_was_answered_is_asked_where_they_are() -> None:
    assert way_to_ask(GOOD) == "email"
    assert way_to_ask(replace(GOOD, is_here=True)) == "chat"
    assert way_to_ask(replace(GOOD, is_here=True, mail=False)) == "chat"
    assert way_to_ask(replace(GOOD, status=Status.CLOSED)) == "email"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": Status.OPEN}, Unasked.NOT_ENDED),
        ({"answered": False}, Unasked.NO_ANSWER),
        ({"by_person": False}, Unasked.AUTOMATIC),
        ({"tags": frozenset({"spam"})}, Unasked.SPAM),
        ({"asked_lately": True}, Unasked.ASKED_LATELY),
        ({"mail": False}, Unasked.NO_WAY),
    ],
)
def test_who_is_not_asked(change: dict[str, object], why: Unasked) -> None:
    assert way_to_ask(replace(GOOD, **change)) is why  # type: ignore[arg-type]


def test_a_visitor_who_left_is_given_an_hour_to_come_back() -> None:
    at_once, hour = timedelta(0), timedelta(hours=1)
    assert is_due(at_once, at_once, in_chat=True, is_here=True)
    assert not is_due(hour * 0.9, at_once, in_chat=True, is_here=False)
    assert is_due(hour, at_once, in_chat=True, is_here=False)
    assert not is_due(hour * 0.9, hour, in_chat=False, is_here=False)
    assert is_due(hour, hour, in_chat=False, is_here=False)


# Newcombe 1998, table I, method 3
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)  # fmt: skip
def test_wilson_as_published(count: int, n: int, low: float, high: float) -> None:
    share = Share(count, n)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_nothing_has_no_share() -> None:
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_mirrors(counted: tuple[int, int]) -> None:
    count, n = counted
    share, other = Share(count, n), Share(n - count, n)
    assert share.value is not None
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low == pytest.approx(1 - other.high)
    assert share.high - share.low >= Share(count * 4, n * 4).high - Share(count * 4, n * 4).low


KEY = b"k" * 32
NUMBERS = st.integers(1, 10**9 - 1)


@given(NUMBERS, st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_token_holds_for_its_own_invitation_only(number: int, nonce: str) -> None:
    token = survey_token.make(number, nonce, KEY)
    assert survey_token.invitation_of(token) == number
    assert survey_token.holds(token, number, nonce, KEY)
    assert not survey_token.holds(token, number, nonce[::-1] + "0", KEY)
    assert not survey_token.holds(token, number, nonce, b"another")
    assert not survey_token.holds(token.replace(f"{number}-", f"{number + 1}-"), number, nonce, KEY)


@given(st.text())
def test_no_text_is_taken_for_a_token_by_accident(text: str) -> None:
    number = survey_token.invitation_of(text)
    assert number is None or not survey_token.holds(text, number, "nonce", KEY)


def test_low_scores() -> None:
    assert [s for s in range(7) if survey.is_score(s)] == [1, 2, 3, 4, 5]
    assert [s for s in range(1, 6) if survey.is_satisfied(s)] == [4, 5]
    assert [s for s in range(1, 6) if survey.is_low(s)] == [1, 2]
