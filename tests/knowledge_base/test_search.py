"""Articles are found by words in every language, only by those who may, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.library import Library
from tests.knowledge_base.conftest import SHOP, document
from tests.patience import costs_under

FOUND = [
    ("how can I return this?", "en", "returns"),
    ("gas canister on a flight", "en", "stoves"),
    ("muddy leather", "en", "boots"),
    ("我想退货", "zh", "returns"),
    ("我想退貨", "zh-Hant", "returns"),
    ("氣罐能帶上飛機嗎", "zh_Hant", "stoves"),
    ("muddy leather", "fr", "boots"),
]

ODD = [
    *("", " ", "😀😀😀", "?!", "\x00\x1b[2J", "\ud800", "AND OR NOT", "title:*", '"', "(((", "*"),
    *("a" * 1_000_000, "return " * 150_000, "退" * 1_000_000, "\u200b" * 5000, "🏔" * 250_000),
]


@pytest.mark.parametrize(("question", "lang", "slug"), FOUND)
def test_the_right_article_comes_first(
    library: Library, question: str, lang: str, slug: str
) -> None:
    assert library.search(question, lang)[0].slug == slug


def test_hits_are_ordered_and_no_more_than_asked_for(library: Library) -> None:
    hits = library.search("return a stove or a boot", "en", limit=2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert 1 >= hits[0].confidence >= hits[1].confidence >= 0


def test_articles_for_agents_are_for_agents(library: Library) -> None:
    question = "refund limits fifty pounds"
    assert "secret" not in [hit.slug for hit in library.search(question, "en")]
    assert "secret" not in [hit.slug for hit in library.answer(question, "en").hits]
    assert "secret" not in [hit.slug for hit in library.suggest("refund lim", "en")]
    assert library.search(question, "en", public_only=False)[0].slug == "secret"
    assert library.suggest("refund lim", "en", public_only=False)[0].slug == "secret"


@pytest.mark.parametrize("question", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_odd_questions_are_answered_soon(library: Library, question: str, lang: str) -> None:
    with costs_under(2):
        library.search(question, lang)
        library.suggest(question, lang)
        verdict = library.answer(question, lang)
    if not any(map(str.isalnum, question)):
        assert verdict.kind == "unknown"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "zh", "xx"]))
def test_any_question_is_answered(library: Library, question: str, lang: str) -> None:
    verdict = library.answer(question, lang)
    assert (verdict.kind == "unknown") == (not verdict.hits)
    assert len(verdict.hits) <= 3
    for hit in (*library.search(question, lang), *library.suggest(question, lang)):
        assert 0 <= hit.confidence <= 1


TYPED = [
    ("ret", "en", "returns"),
    ("how do I ret", "en", "returns"),
    ("stoves on pla", "en", "stoves"),
    ("Boo", "en", "boots"),
    ("退", "zh", "returns"),
    ("坐飛", "zh-Hant", "stoves"),
    ("leather", "en", "boots"),
]


@pytest.mark.parametrize(("typed", "lang", "slug"), TYPED)
def test_suggestions_follow_what_is_typed(
    library: Library, typed: str, lang: str, slug: str
) -> None:
    assert library.suggest(typed, lang)[0].slug == slug


def test_synonyms_hold_at_once_and_in_every_process(library: Library) -> None:
    assert not library.search("my kicks stink", "en")
    elsewhere = Library(library._folder, None)
    elsewhere.set_synonyms("en", [["kicks", "boots"], ["send back", "return"]])
    assert library.search("my kicks stink", "en")[0].slug == "boots"
    library.set_synonyms("zh-Hant", [["瓦斯", "氣罐"]])
    assert elsewhere.search("瓦斯", "zh")[0].slug == "stoves"
    elsewhere.set_synonyms("en", [])
    assert not library.search("my kicks stink", "en")


def test_a_word_that_is_everywhere_says_less_than_a_rare_one(library: Library) -> None:
    more = [document(f"n{i}", f"Tent number {i}", "tent") for i in range(20)]
    library.rebuild([*SHOP, *more, document("zip", "Zips", "The zip of a tent")])
    assert library.search("tent zip", "en")[0].slug == "zip"
