"""Reading, updating and compiling the catalogues."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from helpdesk.translations.convert import to_traditional

FOLDER = Path(__file__).parent
SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
HEADER = r"""msgid ""
msgstr ""
"Language: {locale}\n"
"Plural-Forms: {plural}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def path_of(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale)


def update(in_use: Catalog) -> None:
    """Bring zh_Hans up to the msgids in use; new ones stand there empty, old ones at the end,
    where they wait to be needed again."""
    catalog = read(SIMPLIFIED)
    catalog.update(in_use, no_fuzzy_matching=True, keep_user_comments=True)
    write(catalog)


def write(catalog: Catalog) -> None:
    """Write the ``.po``, under a header without dates, so that only what is said makes a change."""
    path = path_of(str(catalog.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(locale=catalog.locale, plural=catalog.plural_forms).encode())
        write_po(file, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)


def untranslated(in_use: Catalog, catalog: Catalog) -> list[str]:
    """The msgids that have no words in ``catalog``."""
    missing = []
    for message in in_use:
        if not message.id:
            continue
        known = catalog.get(_first(message.id))
        if known is None or not _is_whole(known):
            missing.append(_first(message.id))
    return missing


def _first(msgid: str | list[str] | tuple[str, ...]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _is_whole(message: Message) -> bool:
    return all(_said(message)) and not message.fuzzy


def _said(message: Message) -> list[str]:
    """What it is translated to: one string, or one a plural form."""
    words = message.string or ""
    return [words] if isinstance(words, str) else list(words)


def compile_all() -> None:
    """Write the ``.mo`` files that the pages read."""
    simplified = read(SIMPLIFIED)
    _compile(simplified, SIMPLIFIED)
    _compile(traditional(simplified, read(TRADITIONAL)), TRADITIONAL)


def traditional(simplified: Catalog, own: Catalog) -> Catalog:
    """All of zh_Hans in Traditional characters and Taiwan's words, unless ``own`` says it."""
    catalog = Catalog(locale=TRADITIONAL, charset="utf-8")
    for message in simplified:
        if not message.id:
            continue
        known = own.get(_first(message.id))
        said = _said(known) if known and _is_whole(known) else _converted(_said(message))
        catalog.add(message.id, said[0] if isinstance(message.id, str) else said)
    return catalog


def _converted(said: list[str]) -> list[str]:
    return [to_traditional(words) for words in said]


def _compile(catalog: Catalog, locale: str) -> None:
    path = path_of(locale).with_suffix(".mo")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".mo.part")
    with beside.open("wb") as file:
        write_mo(file, catalog)
    beside.replace(path)
