"""Articles in and out as files: folders of Markdown, or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from helpdesk.actions import articles, shelves
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Article, ArticleStatus, ArticleText, Category, NotPossible
from helpdesk.rules.actor import Actor
from helpdesk.rules.article_file import (
    ArticleFile,
    plain_yaml,
    read_csv,
    read_markdown,
    write_csv,
    write_markdown,
    write_yaml,
)
from helpdesk.rules.article_words import LANGS, BadWords, Words, slug_from

MAX_FILE = 20_000_000  # bytes of a CSV; a Markdown file is one article
AT_ONCE = 100  # articles in one transaction
CATEGORIES = "categories.yaml"


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file, or a row of one, that holds no article, and why."""

    place: str
    reason: str


def read(path: Path, lang: str = "") -> Iterator[ArticleFile | BadFile]:
    """The articles of a folder, of a Markdown file or of a CSV, in the order of their names.

    ``lang`` is that of files which do not say, and whose folder is not called by a language.
    """
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            if file.suffix.lower() in (".md", ".markdown", ".csv"):
                yield from _read_file(file, lang)
    else:
        yield from _read_file(path, lang)


def _read_file(file: Path, lang: str) -> Iterator[ArticleFile | BadFile]:
    try:
        text = _text(file)
        if file.suffix.lower() != ".csv":
            yield read_markdown(text, slug=file.stem, lang=lang or _lang_by_folder(file))
            return
        for line, row in read_csv(text, lang=lang or "en"):
            if isinstance(row, BadWords):
                yield BadFile(f"{file}:{line}", str(row))
            else:
                yield row
    except (BadWords, OSError) as fault:
        yield BadFile(str(file), getattr(fault, "strerror", None) or str(fault))


def _text(file: Path) -> str:
    if file.stat().st_size > MAX_FILE:
        raise BadWords("The file is too large.")
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        raise BadWords("The file is not UTF-8 text.") from None


def _lang_by_folder(file: Path) -> str:
    name = file.parent.name.lower()
    return name if name.replace("_", "-").split("-")[0] in LANGS else "en"


def categories_of(folder: Path) -> list[dict[str, Any]]:
    """The categories that a folder names: [{slug, position, names: {lang: name}}].

    Raises ``BadWords`` for a file that cannot be read so.
    """
    file = folder / CATEGORIES
    known = plain_yaml(_text(file)) if file.is_file() else []
    found = [one for one in known if isinstance(one, dict)] if isinstance(known, list) else []
    for one in found:
        is_placed = isinstance(one.get("position"), int | None)
        if not isinstance(one.get("names", {}), dict) or not is_placed:
            raise BadWords("A category has names, one a language, and a number as its position.")
    return found


def take_in(desk: Desk, actor: Actor, files: Iterable[ArticleFile]) -> int:
    """Write, publish and archive what the files say; how many there were.

    A repeat changes nothing. The index takes it in afterwards. Supervisors and admins.
    """
    actor.must_be(*articles.PUBLISHERS)
    rest, count = iter(files), 0
    while part := list(islice(rest, AT_ONCE)):
        with desk.write() as session:
            for file in part:
                _take_in(session, actor, file)
        count += len(part)
    return count


def _take_in(session: WriteSession, actor: Actor, file: ArticleFile) -> None:
    text = articles.text_of(session, file.slug, file.lang)
    category = _category(session, file)
    shelf = category.id if category else text.article.category_id
    shelves.stand(session, actor, text.article, shelf, is_public=file.is_public)
    articles.revise(session, actor, text, file.words)
    if file.status == ArticleStatus.PUBLISHED.value:
        articles.put_in_force(session, actor, text)
    elif file.status == ArticleStatus.ARCHIVED.value:
        articles.put_away(session, actor, text)


def _category(session: WriteSession, file: ArticleFile) -> Category | None:
    slug = slug_from(file.category)
    if not slug:
        return None
    category = shelves.category_of(session, slug)
    if not category.names:
        category.names = {file.lang: file.category[:80]}
    return category


def write_out(desk: Desk, actor: Actor, path: Path) -> int:
    """Write every article to a folder, or to one CSV when ``path`` ends so; how many.

    Of a published article, the words that readers see go out. A folder holds the categories with
    their names, too. Raises ``NotPossible`` for a path that is a file of another kind.
    """
    actor.must_be(*articles.PUBLISHERS)
    files = list(_files(desk))
    if path.suffix.lower() == ".csv":
        path.write_text(write_csv(files), newline="")
        return len(files)
    if path.exists() and not path.is_dir():
        raise NotPossible(
            "%(path)s is a file. Name a folder, or a file that ends in .csv.", path=path
        )
    path.mkdir(parents=True, exist_ok=True)
    (path / CATEGORIES).write_text(write_yaml(_categories(desk)))
    for file in files:
        folder = path / file.lang
        folder.mkdir(exist_ok=True)
        (folder / f"{file.slug}.md").write_text(write_markdown(file))
    return len(files)


def _categories(desk: Desk) -> list[dict[str, Any]]:
    """As ``categories_of`` reads them."""
    with desk.read() as session:
        return [
            {"slug": one.slug, "position": one.position, "names": dict(one.names)}
            for one in session.scalars(select(Category).order_by(Category.position, Category.slug))
            if one.names
        ]


def _files(desk: Desk) -> Iterator[ArticleFile]:
    question = (
        select(ArticleText)
        .join(ArticleText.article)
        .options(selectinload(ArticleText.article).selectinload(Article.category))
        .order_by(ArticleText.lang, Article.slug)
    )
    with desk.read() as session:
        for text in session.scalars(question):
            category = text.article.category
            yield ArticleFile(
                slug=text.article.slug,
                lang=text.lang,
                words=Words(text.title, text.body, tuple(text.phrasings)),
                category=category.slug if category else "",
                status=text.status,
                is_public=text.article.is_public,
            )
