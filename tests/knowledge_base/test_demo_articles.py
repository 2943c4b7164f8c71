"""The demo company's help centre is whole, and what measures it is kept apart from it.

A ``plain`` question in phrasings.csv is what one types into a search box. A ``story`` tells what
happened and avoids the words of the article, so it is the harder half of the measure.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpdesk.actions.inboxes import DEFAULT_ADDRESS
from helpdesk.seeds.company import PHONE_NUMBER, SMS_NUMBER

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "helpdesk" / "seeds" / "articles"
FILES = sorted(ARTICLES.glob("*/*.md"))
LANGS = ("en", "zh")
KEYS = {"slug", "title", "lang", "category", "status", "phrasings"}

FRONT_MATTER = re.compile(r"---\n(.+?)\n---\n\n(.+)", re.DOTALL)
LINK = re.compile(r"\]\(([^)]*)\)")
LATIN_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]")
GLUED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def _parts(path: Path) -> tuple[dict[str, Any], str]:
    match = FRONT_MATTER.fullmatch(path.read_text(encoding="utf-8"))
    assert match, f"{path} has no front matter"
    return yaml.safe_load(match[1]), match[2]


def _rows(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(question: str) -> str:
    """What is left when case, blanks and punctuation do not count."""
    return re.sub(r"[\W_]+", "", question.lower()) or question


ARTICLE = {path: _parts(path) for path in FILES}
CATEGORIES = yaml.safe_load((ARTICLES / "categories.yaml").read_text(encoding="utf-8"))
SLUGS = {path.stem for path in FILES}
BUNDLED = [
    (front["lang"], front["slug"], phrasing)
    for front, _ in ARTICLE.values()
    for phrasing in front["phrasings"]
]
ASKED = _rows("tests/knowledge_base/phrasings.csv")
OFF_TOPIC = _rows("knowledge_base/off_topic.csv")
HELD_OUT = _rows("tests/knowledge_base/off_topic_held_out.csv")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_article_says_what_it_is(path: Path) -> None:
    front, text = ARTICLE[path]
    assert set(front) == KEYS
    assert (front["lang"], front["slug"]) == (path.parent.name, path.stem)
    assert front["category"] in {category["slug"] for category in CATEGORIES}
    assert front["status"] == "published"
    assert front["title"].strip()
    assert all(isinstance(phrasing, str) for phrasing in front["phrasings"])
    assert 20 <= len(front["phrasings"]) <= 24
    assert len(text) > 300


def test_there_are_enough_articles_and_each_is_there_in_both_languages() -> None:
    in_language = {lang: {p.stem for p in FILES if p.parent.name == lang} for lang in LANGS}
    assert in_language["en"] == in_language["zh"]
    assert len(SLUGS) >= 36


def test_both_languages_put_an_article_into_the_same_category() -> None:
    for slug in SLUGS:
        homes = {ARTICLE[ARTICLES / lang / f"{slug}.md"][0]["category"] for lang in LANGS}
        assert len(homes) == 1, slug


def test_every_category_is_named_in_both_languages_and_holds_articles() -> None:
    assert [one["position"] for one in CATEGORIES] == list(range(1, len(CATEGORIES) + 1))
    assert all(one["names"].keys() == set(LANGS) for one in CATEGORIES)
    used = {front["category"] for front, _ in ARTICLE.values()}
    assert used == {one["slug"] for one in CATEGORIES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_links_lead_to_another_article(path: Path) -> None:
    targets = set(LINK.findall(ARTICLE[path][1]))
    assert targets <= SLUGS - {path.stem}


def test_both_languages_link_to_the_same_articles() -> None:
    for slug in SLUGS:
        english, chinese = (
            set(LINK.findall(ARTICLE[ARTICLES / lang / f"{slug}.md"][1])) for lang in LANGS
        )
        assert english == chinese, slug


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name == "zh"], ids=lambda p: p.stem)
def test_chinese_is_set_with_its_own_punctuation_and_thin_gaps(path: Path) -> None:
    front, text = ARTICLE[path]
    for line in (front["title"], *text.splitlines()):
        assert not LATIN_HALF_WIDTH.search(line), line
        assert not GLUED.search(line), line


def test_a_phrasing_belongs_to_one_article_and_is_said_once() -> None:
    said = Counter((lang, _plain(phrasing)) for lang, _, phrasing in BUNDLED)
    assert [key for key, times in said.items() if times > 1] == []


def test_every_article_is_asked_for_at_least_three_times_in_each_language() -> None:
    asked = Counter((row["lang"], row["slug"]) for row in ASKED)
    assert {(lang, slug) for lang in LANGS for slug in SLUGS} == set(asked)
    assert min(asked.values()) >= 3
    kinds = Counter((row["lang"], row["kind"]) for row in ASKED)
    assert set(kinds) == {(lang, kind) for lang in LANGS for kind in ("plain", "story")}
    assert len({_plain(row["question"]) for row in ASKED}) == len(ASKED)


def test_what_measures_the_search_is_not_what_it_is_built_from() -> None:
    built_from = {_plain(phrasing) for _, _, phrasing in BUNDLED}
    built_from |= {_plain(row["question"]) for row in OFF_TOPIC}
    measured = [row["question"] for row in (*ASKED, *HELD_OUT)]
    assert [question for question in measured if _plain(question) in built_from] == []


def test_what_measures_the_search_is_not_nearly_what_it_is_built_from() -> None:
    """Not only in other case and punctuation: more than half of the letters' runs are others."""
    for lang, size in (("en", 4), ("zh", 2)):
        built_from = [text for mine, _, text in BUNDLED if mine == lang]
        built_from += [row["question"] for row in OFF_TOPIC if row["lang"] == lang]
        known = [_runs(text, size) for text in built_from]
        for row in (*ASKED, *HELD_OUT):
            if row["lang"] == lang:
                mine = _runs(row["question"], size)
                nearest = max(len(mine & each) / len(mine | each) for each in known)
                assert nearest < 0.6, row["question"]


def _runs(text: str, size: int) -> frozenset[str]:
    text = _plain(text)
    return frozenset(text[at : at + size] for at in range(max(1, len(text) - size + 1)))


@pytest.mark.parametrize(("rows", "least"), [(OFF_TOPIC, 120), (HELD_OUT, 60)])
def test_off_topic_questions_are_many_and_different(rows: list[dict[str, str]], least: int) -> None:
    said = Counter(row["lang"] for row in rows)
    assert set(said) == set(LANGS)
    assert min(said.values()) >= least
    assert len({(row["lang"], row["question"]) for row in rows}) == len(rows)


def test_the_company_is_reached_where_its_article_says() -> None:
    for lang in LANGS:
        said = ARTICLE[ARTICLES / lang / "contact.md"][1].replace(" ", "")
        for place in (DEFAULT_ADDRESS, SMS_NUMBER, PHONE_NUMBER):
            assert place in said
