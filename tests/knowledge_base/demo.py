"""The demo articles as documents, and questions about them."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from knowledge_base.documents import Document, language
from knowledge_base.markdown import plain_text

HERE = Path(__file__).parent
ARTICLES = HERE.parent.parent / "helpdesk" / "seeds" / "articles"
PHRASINGS = HERE / "phrasings.csv"
HELD_OUT = HERE / "off_topic_held_out.csv"

_QUOTES = re.compile(r"""^(["'])(.*)\1$""")


@cache
def demo_documents() -> tuple[Document, ...]:
    return tuple(_document(path) for path in sorted(ARTICLES.glob("*/*.md")))


def held_out_questions(lang: str) -> list[tuple[str, str]]:
    """Questions with the article that answers each; none of them is in an article."""
    return [(row["question"], row["slug"]) for row in _rows(PHRASINGS) if row["lang"] == lang]


def held_out_off_topic(lang: str) -> list[str]:
    return [row["question"] for row in _rows(HELD_OUT) if row["lang"] == lang]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _document(path: Path) -> Document:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    values = {
        name: _bare(value) for name, value in re.findall(r"^(\w+): *(.*)$", head, re.MULTILINE)
    }
    phrasings = tuple(_bare(text) for text in re.findall(r"^ *- (.*)$", head, re.MULTILINE))
    lang = language(values["lang"])
    return Document(
        id=f"{values['slug']}:{lang}",
        slug=values["slug"],
        lang=lang,
        title=values["title"],
        text=plain_text(body),
        phrasings=phrasings,
        category=values["category"],
    )


def _bare(text: str) -> str:
    return _QUOTES.sub(r"\2", text.strip())
