"""Articles as files: Markdown with YAML front matter, or rows of a CSV. Text in, text out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from helpdesk.rules.article_words import MAX_BODY, BadWords, Words, lang_of, slug_from, slug_of

MAX_FRONT_MATTER = 64_000  # characters
STATUSES = ("draft", "published", "archived")
AUDIENCES = ("public", "agents")
COLUMNS = ("slug", "title", "lang", "category", "status", "visibility", "phrasings", "body")

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One article in one language, as it stands in a file."""

    slug: str
    lang: str
    words: Words
    category: str = ""
    status: str = "draft"
    is_public: bool = True


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors: a short file must not unfold into a long one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise BadWords("The front matter uses an alias (*name), which is not read here.")
        return super().compose_node(parent, index)


def plain_yaml(text: str) -> Any:
    """What a small YAML text says. Raises ``BadWords``."""
    if len(text) > MAX_FRONT_MATTER:
        raise BadWords("The YAML part is too long.")
    try:
        return yaml.load(text, _PlainLoader)  # noqa: S506  a safe loader with less
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        if isinstance(fault, BadWords):
            raise
        said = getattr(fault, "problem", None) or str(fault)
        raise BadWords(f"The YAML cannot be read: {said}.") from None


def read_markdown(text: str, *, slug: str, lang: str) -> ArticleFile:
    """The article of a Markdown file. ``slug`` and ``lang`` stand in for what it does not say.

    Raises ``BadWords``.
    """
    front, body = _split(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    facts = plain_yaml(front) if front else {}
    if not isinstance(facts, dict):
        raise BadWords("The front matter must be lines of the form name: value.")
    heading, rest = _heading(body)
    if not facts.get("title") and heading:
        facts, body = {**facts, "title": heading}, rest
    return _article({"slug": slug, "lang": lang} | _said(facts) | {"body": body})


def _split(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    if lines[0].strip() != _FENCE:
        return "", text
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    raise BadWords("The front matter has no end: a line of three hyphens is missing.")


def _heading(body: str) -> tuple[str, str]:
    first, _, rest = body.lstrip().partition("\n")
    return (first[2:].strip(), rest) if first.startswith("# ") else ("", body)


def read_csv(text: str, *, lang: str) -> Iterator[tuple[int, ArticleFile | BadWords]]:
    """The articles of a CSV with a header row, each with its line; a bad row is its fault."""
    csv.field_size_limit(MAX_BODY * 4)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        for row in rows:
            facts = {(name or "").strip().lower(): value for name, value in row.items()}
            yield rows.line_num, _row({"lang": lang} | _said(facts))
    except csv.Error as fault:
        yield rows.line_num, BadWords(f"This is no CSV: {fault}.")


def _row(facts: dict[str, Any]) -> ArticleFile | BadWords:
    for name in ("text", "markdown", "content"):
        facts.setdefault("body", facts.get(name))
    phrasings = facts.get("phrasings")
    if isinstance(phrasings, str):
        facts["phrasings"] = phrasings.replace("|", "\n").splitlines()
    try:
        return _article(facts)
    except BadWords as fault:
        return fault


def _said(facts: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name).strip().lower(): fact for name, fact in facts.items() if fact not in ("", None)
    }


def _article(facts: Mapping[str, Any]) -> ArticleFile:
    title = str(facts.get("title") or "")
    status = _one_of(STATUSES, facts.get("status", "draft"), "status")
    audience = _one_of(AUDIENCES, facts.get("visibility", "public"), "visibility")
    phrasings = facts.get("phrasings") or []
    if not isinstance(phrasings, list):
        raise BadWords("phrasings must be a list.")
    words = Words(title, str(facts.get("body") or ""), tuple(str(one) for one in phrasings))
    return ArticleFile(
        slug=slug_of(str(facts.get("slug") or slug_from(title))),
        lang=lang_of(str(facts.get("lang") or "en")),
        words=words.checked(),
        category=str(facts.get("category") or ""),
        status=status,
        is_public=audience == "public",
    )


def _one_of(known: tuple[str, ...], given: object, what: str) -> str:
    word = str(given).strip().lower()
    if word not in known:
        raise BadWords(f"{what} is {word[:40]!r}; it must be one of {', '.join(known)}.")
    return word


def write_markdown(article: ArticleFile) -> str:
    """The Markdown file that ``read_markdown`` reads as this very article."""
    facts: dict[str, Any] = {
        "slug": article.slug,
        "title": article.words.title,
        "lang": article.lang,
        "category": article.category,
        "status": article.status,
        "visibility": "public" if article.is_public else "agents",
        "phrasings": list(article.words.phrasings),
    }
    return f"{_FENCE}\n{write_yaml(facts)}{_FENCE}\n\n{article.words.body}\n"


def write_yaml(facts: Any) -> str:
    """YAML that ``plain_yaml`` reads as these very facts."""
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=1000)


def write_csv(articles: list[ArticleFile]) -> str:
    """The CSV that ``read_csv`` reads as these very articles."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in articles:
        audience = "public" if one.is_public else "agents"
        phrasings = "\n".join(one.words.phrasings)
        rows.writerow((one.slug, one.words.title, one.lang, one.category, one.status, audience,
                       phrasings, one.words.body))  # fmt: skip
    return out.getvalue()
