"""One analyser for both databases: what a searcher means is found, whichever way it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.search_words import MAX_WORD, query_words, search_words

CASES = [
    ("我要退款，谢谢", "退款"),
    ("登山鞋尺寸換貨：訂單 TF-20877", "换货"),
    ("登山鞋尺寸换货", "換貨"),
    ("Café in Zürich", "cafe zurich"),
    ("Order TF-20931 is late", "tf-20931"),
    ("Order TF-20931 is late", "TF20931"),
    ("Order TF-20931 is late", "20931"),
    ("STRASSE and straße", "Straße"),
    ("mail from ann@fjell.example", "ann@fjell.example"),
    ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
]


@pytest.mark.parametrize(("text", "query"), CASES)
def test_found(text: str, query: str) -> None:
    wanted = query_words(query)
    assert wanted
    assert set(wanted) <= set(search_words(text))


@pytest.mark.parametrize(("text", "query"), [("退货", "退款"), ("款退", "退款"), ("tent", "rent")])
def test_not_found(text: str, query: str) -> None:
    assert not set(query_words(query)) <= set(search_words(text))


@given(st.text(max_size=300))
def test_any_text_has_plain_words(text: str) -> None:
    """Words reach FTS5 and tsquery: none may hold a space, a quote or be empty."""
    for word in (*search_words(text), *query_words(text)):
        assert 0 < len(word) <= MAX_WORD
        assert not any(c.isspace() or c in "'\"\\&|!():*<>\0" for c in word)


@given(st.text(alphabet="ab 退款貨-9.é", max_size=40))
def test_a_text_is_found_by_itself(text: str) -> None:
    assert set(query_words(text)) <= set(search_words(text))
