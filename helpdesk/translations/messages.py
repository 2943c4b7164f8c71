"""Finding every sentence that the code and the templates say."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from channels import twilio_refusal
from helpdesk.config import Settings
from helpdesk.desk import channels_of

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
    "NotAnAddress": None,
    "BadPattern": None,
    "BadPolicy": None,
    "NotAValue": None,
    "NotPossible": None,
    "ChangedSince": None,
    "NoReason": None,
    "BadWords": None,
    "BadFilter": None,
    "BadSteps": None,
    "NotFound": None,
    "SurveyOver": None,
    "NotAllowed": None,
    "NoWayOut": None,
    "RefusedRow": None,
    "BadSheet": None,
    "BadSpan": None,
    "WrongHours": None,
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
    _add_words_of_channels(catalog)
    return catalog


def _add_words_of_channels(catalog: Catalog) -> None:
    """Titles and hints of the inbox forms, and why Twilio refuses a message: the adapters that
    hold them know no translations."""
    for channel in channels_of(Settings()):
        for field in channel.settings_model.model_fields.values():
            for words in filter(None, (field.title, field.description)):
                catalog.add(words, None, [(f"channels/{channel.name}", 0)])
    for words in twilio_refusal.SENTENCES.values():
        catalog.add(words, None, [("channels/twilio_refusal.py", 0)])
