"""Formatted replies: sane HTML, nothing that can act, and no HTML for plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.formatting import html_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It is **free**.", "<strong>free</strong>"),
        ("It is _free_ to you", "<em>free</em>"),
        ("- one\n- two", "<li>two</li>"),
        ("> you said\n\nyes", "<blockquote>"),
        ("See [the page](https://a.example/x)", 'href="https://a.example/x"'),
        ("**a**\nb", "<br>"),
    ],
)
def test_marks_are_drawn(text: str, wanted: str) -> None:
    assert wanted in (html_of(text) or "")


@pytest.mark.parametrize("text", ["Hello Ann,\nyour pole is here.", "2 * 3 * 4", "a_b_c", "退款"])
def test_plain_words_have_no_html(text: str) -> None:
    assert html_of(text) is None


@given(text=st.text(max_size=60) | st.text("<>\"'&*_[]()`!/javascript:script on=", max_size=60))
def test_nothing_acts(text: str) -> None:
    html = (html_of(f"**x** {text}") or "").lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
