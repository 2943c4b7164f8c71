"""What is meant is found, whichever way it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.analysis import edges, last_word, words
from knowledge_base.documents import Lang, language

SAME = [
    ("en", "How do I return the boots?", "returning a boot"),
    ("en", "CAFÉ stoves", "cafe stove"),
    ("en", "T-shirts", "t-shirt"),
    ("en", "ＧＯＲＥ jackets", "gore jacket"),
    ("zh", "請問我想退貨怎麼辦", "退货"),
    ("zh", "Gore-Tex 夾克", "gore-tex夹克"),
]


@pytest.mark.parametrize(("lang", "one", "other"), SAME)
def test_two_ways_to_say_it_have_the_same_words(lang: Lang, one: str, other: str) -> None:
    assert set(words(one, lang)) == set(words(other, lang))


def test_han_text_is_found_by_characters_and_by_pairs() -> None:
    assert words("退货单", "zh") == ["退", "货", "单", "退货", "货单"]


def test_sentences_without_a_subject_have_no_words() -> None:
    assert words("How do I do that, please? I'd like to know what you've got", "en") == []
    assert words("请问怎么办？", "zh") == []


@pytest.mark.parametrize(
    ("typed", "last"),
    [("how to ret", "ret"), ("ret ", "ret"), ("怎么退货", "退货"), ("😀", ""), ("", "")],
)
def test_the_last_word_is_what_is_being_typed(typed: str, last: str) -> None:
    assert last_word(typed) == last


@pytest.mark.parametrize(
    ("code", "lang"),
    [("zh-Hans", "zh"), ("zh_Hant", "zh"), ("ZH", "zh"), ("en", "en"), ("fr", "en"), ("", "en")],
)
def test_every_language_code_has_an_index(code: str, lang: Lang) -> None:
    assert language(code) == lang


@given(st.text(), st.sampled_from(["en", "zh"]))
def test_any_text_has_plain_words(text: str, lang: Lang) -> None:
    """They are joined by blanks on their way into the index."""
    for word in (*words(text, lang), *edges(text, lang)):
        assert word
        assert not any(letter.isspace() for letter in word)
