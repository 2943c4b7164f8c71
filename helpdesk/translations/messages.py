"""Finding every sentence that the code and the templates say."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("helpdesk",)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"encoding": "utf-8", "silent": "false"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "NotPossible": None,
    "BadWords": None,
    "NotFound": None,
    "NotAllowed": None,
    "NoWayOut": None,
}


def messages_in_use() -> Catalog:
    """Every msgid, with the places where it stands."""
    catalog = Catalog(project="helpdesk", charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(
            str(ROOT / folder),
            METHODS,
            OPTIONS,
            KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _line, words, comments, context in found:
            place = (f"{folder}/{name}", 0)
            catalog.add(words, None, [place], auto_comments=comments, context=context)
    return catalog
