"""Articles as files: what is written is read again, and nothing else is taken for one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.article_file import (
    ArticleFile,
    read_csv,
    read_markdown,
    write_csv,
    write_markdown,
)
from helpdesk.rules.article_words import BadWords, Words

LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80)


@st.composite
def articles(draw: Any) -> ArticleFile:
    words = Words("T" + draw(LETTERS), draw(LETTERS), tuple(draw(st.lists(LETTERS, max_size=4))))
    return ArticleFile(
        slug=draw(st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)),
        lang=draw(st.sampled_from(["en", "zh"])),
        words=words.checked(),
        category=draw(st.sampled_from(["", "orders", "退货"])),
        status=draw(st.sampled_from(["draft", "published", "archived"])),
        is_public=draw(st.booleans()),
    )


@given(articles())
def test_markdown_is_read_as_it_was_written(article: ArticleFile) -> None:
    assert read_markdown(write_markdown(article), slug="x", lang="en") == article


@given(st.lists(articles().filter(lambda a: not any("|" in p for p in a.words.phrasings))))
def test_csv_is_read_as_it_was_written(found: list[ArticleFile]) -> None:
    assert [row for _line, row in read_csv(write_csv(found), lang="en")] == found


@given(LETTERS)
def test_any_text_is_an_article_or_a_reason(text: str) -> None:
    for given_text in (text, f"---\n{text}\n---\n{text}", f"---\n{text}"):
        with suppress(BadWords):
            article = read_markdown(given_text, slug="x", lang="en")
            assert article.words == article.words.checked()


def test_a_heading_stands_in_for_a_title() -> None:
    article = read_markdown("# Wash it\n\nCold.", slug="wash", lang="zh-CN")
    assert (article.slug, article.lang, article.status) == ("wash", "zh", "draft")
    assert article.words == Words("Wash it", "Cold.")


@pytest.mark.parametrize(
    "front",
    ["title: [", "a: &a [1]\nb: *a", "- a list", "title: T\nstatus: soon", "title: T\nlang: fr",
     "title: T\nslug: ../../etc", "title: T\nphrasings: {a: b}", "!!python/object:os.system x",
     "title: " + "x" * 70_000],
)  # fmt: skip
def test_what_cannot_be_read_is_said(front: str) -> None:
    with pytest.raises(BadWords):
        read_markdown(f"---\n{front}\n---\nText", slug="x", lang="en")
