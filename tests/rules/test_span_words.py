"""Lengths of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.span_words import BadSpan, read_span, write_in_one, write_span


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("4h", 240), ("30m", 30), ("1h 30m", 90), ("90", 90), ("2 days", 2880), ("1小时30分", 90)],
)
def test_what_people_write(words: str, minutes: int) -> None:
    assert read_span(words) == timedelta(minutes=minutes)


@pytest.mark.parametrize("words", ["soon", "4x", "-4h", "4h!", "h", "1.5h"])
def test_what_is_no_time_is_said(words: str) -> None:
    with pytest.raises(BadSpan):
        read_span(words)


def test_no_words_are_no_time() -> None:
    assert read_span("  ") is None
    assert write_span(None) == ""


@given(st.integers(0, 100_000))
def test_what_is_written_is_read_again(minutes: int) -> None:
    span = timedelta(minutes=minutes)
    assert read_span(write_span(span)) == span
    assert read_span(write_in_one(span)) == span


@pytest.mark.parametrize(
    ("minutes", "words"), [(2880, "2d"), (2160, "36h"), (90, "90m"), (0, "0d")]
)
def test_one_unit_says_a_length_alone(minutes: int, words: str) -> None:
    assert write_in_one(timedelta(minutes=minutes)) == words
