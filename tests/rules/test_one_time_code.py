"""One-time codes: what is one, what is hidden of it, and what comes of entering one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.one_time_code import (
    MASK,
    TRIES,
    VALID,
    Entered,
    digits,
    entered,
    judge,
    masked,
)

KEY = b"k" * 32
NOW = timedelta(0)


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("123456", "123456", MASK),
        ("it is 123 456, thanks", "123456", f"it is {MASK}, thanks"),
        ("验证码是１２３４５６。", "123456", f"验证码是{MASK}。"),
        ("12-34-56", "123456", MASK),
        ("123456 or 654321?", "123456", f"{MASK} or {MASK}?"),
        ("12345", "12345", MASK),
        ("1234567", "1234567", MASK),
    ],
)
def test_a_code_is_found_however_it_is_written_and_hidden(text: str, code: str, shown: str) -> None:
    assert (entered(text), masked(text)) == (code, shown)


@pytest.mark.parametrize(
    "text", ["", "never mind", "TF-123456", "my order is TF-20841", "2", "at 10 o'clock", "a123456"]
)
def test_what_is_no_code_stays_as_it_is(text: str) -> None:
    assert (entered(text), masked(text)) == (None, text)


@given(st.text(max_size=60))
def test_nothing_that_counts_as_a_code_is_left_in_what_is_shown(text: str) -> None:
    assert entered(masked(text)) is None
    if entered(text) is None:
        assert masked(text) == text


@given(st.text(min_size=1, max_size=32))
def test_the_digits_follow_from_nonce_and_key(nonce: str) -> None:
    made = digits(KEY, nonce)
    assert len(made) == 6
    assert made.isascii()
    assert made.isdecimal()
    assert made == digits(KEY, nonce)


def test_another_key_makes_another_code() -> None:
    nonces = [str(number) for number in range(50)]
    assert [digits(KEY, n) for n in nonces] != [digits(b"x" * 32, n) for n in nonces]
    assert len({digits(KEY, n) for n in nonces}) == 50


@pytest.mark.parametrize(
    ("given_code", "tries", "age", "is_real", "outcome"),
    [
        ("123456", 0, NOW, True, Entered.RIGHT),
        ("123456", TRIES - 1, VALID, True, Entered.RIGHT),
        ("123456", 0, NOW, False, Entered.WRONG),
        ("123457", 0, NOW, True, Entered.WRONG),
        ("12345", 0, NOW, True, Entered.WRONG),
        ("123457", TRIES - 1, NOW, True, Entered.SPENT),
        ("123456", TRIES, NOW, True, Entered.SPENT),
        ("123456", 0, VALID + timedelta(seconds=1), True, Entered.EXPIRED),
    ],
)
def test_what_comes_of_a_code(
    given_code: str, tries: int, age: timedelta, is_real: bool, outcome: Entered
) -> None:
    assert judge(given_code, "123456", is_real=is_real, tries=tries, age=age) is outcome
