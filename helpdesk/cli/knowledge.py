"""``helpdesk kb`` and ``helpdesk search``: the knowledge base, from the command line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from helpdesk.cli.desk import open_for_command, say_json
from helpdesk.cli.progress import progress_bar

if TYPE_CHECKING:
    from helpdesk.actions.article_files import BadFile
    from helpdesk.desk import Desk
    from helpdesk.rules.article_file import ArticleFile

LANG = click.Choice(["en", "zh"])


@click.group()
def kb() -> None:
    """The articles of the knowledge base.

    Example: helpdesk kb import articles/
    """


@kb.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--lang", type=LANG, default=None, help="Language of files that do not say.")
def import_(path: Path, lang: str | None) -> None:
    """Take in articles: a folder of Markdown with YAML front matter, one such file, or a CSV.

    Front matter and CSV columns: slug, title, lang, category, status (draft, published,
    archived; draft when left out), visibility (public, agents), phrasings (in a CSV with | between
    them); a CSV also has body. What is published can be found when the command returns. Files
    that hold no article are named with the reason, the others are taken in.

    Example: helpdesk kb import articles/ --lang en
    """
    from helpdesk.actions import article_files, knowledge_index
    from helpdesk.rules.actor import SYSTEM

    bad: list[BadFile] = []
    with open_for_command() as desk:
        if path.is_dir():
            _name_categories(desk, path)
        good = _sorted_out(article_files.read(path, lang or ""), bad)
        count = article_files.take_in(desk, SYSTEM, good)
        with progress_bar("Indexing") as bar:
            knowledge_index.catch_up_now(desk, bar.reach)
    for fault in bad:
        click.echo(f"{fault.place}: {fault.reason}", err=True)
    click.echo(f"{count} articles taken in" + (f", {len(bad)} refused." if bad else "."))
    if bad or not count:
        sys.exit(1)


def _name_categories(desk: Desk, folder: Path) -> None:
    from helpdesk.actions import article_files
    from helpdesk.actions.shelves import name_category
    from helpdesk.rules.actor import SYSTEM

    for one in article_files.categories_of(folder):
        name_category(
            desk, SYSTEM, str(one.get("slug", "")),
            {str(lang): str(name) for lang, name in one.get("names", {}).items()},
            one.get("position"),
        )  # fmt: skip


def _sorted_out(
    found: Iterator[ArticleFile | BadFile], bad: list[BadFile]
) -> Iterator[ArticleFile]:
    from helpdesk.actions.article_files import BadFile

    for one in found:
        if isinstance(one, BadFile):
            bad.append(one)
        else:
            yield one


@kb.command()
@click.argument("path", type=click.Path(path_type=Path))
def export(path: Path) -> None:
    """Write every article to a folder of Markdown, or to one file that ends in .csv.

    The folder's categories.yaml keeps the names of the categories in each language, and their
    order; a CSV has no place for them.

    Example: helpdesk kb export articles/
    """
    from helpdesk.actions.article_files import write_out
    from helpdesk.rules.actor import SYSTEM

    with open_for_command() as desk:
        count = write_out(desk, SYSTEM, path)
    click.echo(f"{count} articles written to {path}.")


@kb.command()
def reindex() -> None:
    """Make the index of the articles anew, and measure how sure its answers are.

    Example: helpdesk kb reindex
    """
    from helpdesk.actions import knowledge_index

    with open_for_command() as desk:
        started = time.perf_counter()
        with progress_bar("Indexing") as bar:
            count = knowledge_index.rebuild(desk, bar.reach)
        click.echo(f"{count} articles indexed in {time.perf_counter() - started:.1f} s.")


@click.command()
@click.argument("words", required=False)
@click.option(
    "--lang", type=LANG, default="en", show_default=True, help="Language of the articles."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.option(
    "--from-file",
    "file",
    type=click.File(encoding="utf-8"),
    help="A question a line; - reads standard input.",
)
@click.option("--agents", is_flag=True, help="Also what only agents may read.")
def search(words: str | None, lang: str, as_json: bool, file: Any, agents: bool) -> None:
    """Ask the knowledge base. Nothing is kept of it.

    Example: helpdesk search "where is my order" --lang en --json
    """
    from helpdesk.actions import knowledge_index

    if (words is None) == (file is None):
        raise click.UsageError("Give either words or --from-file.")
    with open_for_command() as desk:
        knowledge_index.catch_up_now(desk)
        for line in [words or ""] if file is None else _lines(file):
            row = _row(desk, line, lang, public_only=not agents)
            say_json(row) if as_json else click.echo(_readable(row))


def _lines(file: TextIO) -> Iterator[str]:
    try:
        for line in file:
            yield line.rstrip("\n")
    except UnicodeDecodeError:
        raise click.BadParameter("the file is not UTF-8.", param_hint="--from-file") from None


def _row(desk: Desk, words: str, lang: str, *, public_only: bool) -> dict[str, Any]:
    from helpdesk.actions import knowledge

    started = time.perf_counter()
    hits = knowledge.search(desk, words, lang, public_only=public_only)
    answer = knowledge.consider(desk, words, lang, public_only=public_only)
    spent = time.perf_counter() - started
    best = answer.articles[0] if answer.outcome == "answer" else None
    return {
        "query": words,
        "ms": round(spent * 1000, 2),
        "hits": [
            {
                "slug": hit.slug,
                "title": hit.title,
                "score": round(hit.score, 4),
                "confidence": round(hit.confidence, 4),
            }
            for hit in hits
        ],
        "answer": {"slug": best.slug, "text": knowledge.text_of(desk, best)} if best else None,
    }


def _readable(row: dict[str, Any]) -> str:
    answer = row["answer"]
    lines = [f"{row['query']}  ({row['ms']} ms)"]
    lines += [f"  {hit['confidence']:.2f}  {hit['slug']}  {hit['title']}" for hit in row["hits"]]
    return "\n".join([*lines, f"  Answer: {answer['slug']}" if answer else "  No answer."])


COMMANDS = (kb, search)
