"""Sentences of ours in a customer's language, where there is no request to take it from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent


def gettext(words: str, locale: str, /, **values: object) -> str:
    """``words`` in ``locale`` (BCP 47: en, zh-Hans, zh-Hant), with ``%(name)s`` filled in."""
    said = str(_catalogue(locale.replace("-", "_")).ugettext(words))
    return said % values if values else said


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(FOLDER, [locale])
