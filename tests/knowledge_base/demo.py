"""The demo articles as documents, and questions about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpdesk.rules.article_file import read_markdown
from knowledge_base.documents import Document, language
from knowledge_base.markdown import plain_text

HERE = Path(__file__).parent
ARTICLES = HERE.parent.parent / "helpdesk" / "seeds" / "articles"
PHRASINGS = HERE / "phrasings.csv"
HELD_OUT = HERE / "off_topic_held_out.csv"


@cache
def demo_documents() -> tuple[Document, ...]:
    return tuple(_document(path) for path in sorted(ARTICLES.glob("*/*.md")))


@dataclass(frozen=True)
class HeldOut:
    """A question that stands in no article."""

    question: str
    slug: str  # of the article that answers it
    kind: str  # plain or story


def held_out(lang: str) -> list[HeldOut]:
    return [
        HeldOut(row["question"], row["slug"], row["kind"])
        for row in _rows(PHRASINGS)
        if row["lang"] == lang
    ]


def held_out_off_topic(lang: str) -> list[str]:
    return [row["question"] for row in _rows(HELD_OUT) if row["lang"] == lang]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _document(path: Path) -> Document:
    kept = read_markdown(path.read_text(encoding="utf-8"), slug=path.stem, lang=path.parent.name)
    return Document(
        id=f"{kept.slug}:{language(kept.lang)}",
        slug=kept.slug,
        lang=language(kept.lang),
        title=kept.words.title,
        text=plain_text(kept.words.body),
        phrasings=tuple(kept.words.phrasings),
        category=kept.category,
    )
