"""Times in a person's words, read on a Saturday at 15:30."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.time_words import read

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 28, 15, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("in 3 hours", "28 18:30"),
        ("3h", "28 18:30"),
        ("in an hour", "28 16:30"),
        ("half an hour", "28 16:00"),
        ("90 minutes", "28 17:00"),
        ("in 2 days", "30 09:00"),
        ("1 week", "05 09:00"),
        ("later today", "28 18:30"),
        ("tonight", "28 20:00"),
        ("tomorrow", "29 09:00"),
        ("Tomorrow 9:30", "29 09:30"),
        ("tomorrow at 4pm", "29 16:00"),
        ("tomorrow afternoon", "29 14:00"),
        ("monday morning", "30 09:00"),
        ("on Monday", "30 09:00"),
        ("saturday", "05 09:00"),
        ("next week", "30 09:00"),
        ("17:00", "28 17:00"),
        ("9:00", "29 09:00"),
        ("明天下午", "29 14:00"),
        ("明天下午3点半", "29 15:30"),
        ("明天", "29 09:00"),
        ("后天上午", "30 09:00"),
        ("後天上午", "30 09:00"),
        ("今晚", "28 20:00"),
        ("下周一", "30 09:00"),
        ("週一下午", "30 14:00"),
        ("下周", "30 09:00"),
        ("3小时后", "28 18:30"),
        ("3個小時後", "28 18:30"),
        ("半小时后", "28 16:00"),
        ("两天后", "30 09:00"),
        ("晚上8点", "28 20:00"),
    ],
)
def test_what_is_meant(words: str, wanted: str) -> None:
    found = read(words, NOW)
    assert found is not None
    assert f"{found:%d %H:%M}" == wanted


@pytest.mark.parametrize(
    "words", ["", "soon", "yesterday", "25:00", "today 9:00", "tomorrow banana", "in 3", "明天吧"]
)
def test_what_cannot_be_meant(words: str) -> None:
    assert read(words, NOW) is None


@given(words=st.text(max_size=40) | st.text("0123456789:点半明天下午in hours", max_size=20))
def test_whatever_is_read_lies_ahead(words: str) -> None:
    found = read(words, NOW)
    assert found is None or found >= NOW
