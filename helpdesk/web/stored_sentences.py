"""Sentences that the record keeps in English, in the reader's language.

Adapters and jobs know no translations: they store what happened as a sentence. Each such sentence
is a msgid here, and at the same time the pattern that finds it and the values in it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from helpdesk.web.language import _, locale_name
from helpdesk.web.sentences_of_deliveries import CALLS, DELIVERIES
from helpdesk.web.sentences_of_envelopes import ENVELOPES, MAILBOXES, RECORDS

SENTENCES = (*CALLS, *DELIVERIES, *ENVELOPES, *MAILBOXES, *RECORDS)
NESTED = "reason"  # the value that is a sentence itself
_PLACE = re.compile(r"%\((\w+)\)s")
_VALUES = {"n": r"[\d.,]+", "code": r"\d+"}  # every other value may be anything


def said(stored: str) -> str:
    """``stored`` in the reader's language; as it is where no sentence here is like it."""
    return _in(stored, locale_name()) if stored else ""


def is_known(stored: str) -> bool:
    """Whether some sentence here says ``stored``."""
    return any(pattern.fullmatch(stored) for _msgid, pattern in _patterns())


def call(text: str) -> str:
    """What the desk itself says of a call or of mail without words; anything else as it is."""
    return said(text) if text.startswith(_BEGINNINGS) else text


_BEGINNINGS = tuple(sentence.partition("%")[0] for sentence in CALLS)


@lru_cache(4096)
def _in(stored: str, locale: str) -> str:
    for msgid, pattern in _patterns():
        if found := pattern.fullmatch(stored):
            values = found.groupdict()
            if NESTED in values:
                values[NESTED] = _in(values[NESTED], locale)
            return _(msgid, **values)
    return stored


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """What wraps another sentence is unwrapped first; what begins with a value fits too much, and
    comes last."""
    ordered = sorted(SENTENCES, key=lambda one: (f"%({NESTED})" not in one, one.startswith("%(")))
    return [(msgid, re.compile(_expression(msgid), re.DOTALL)) for msgid in ordered]


def _expression(msgid: str) -> str:
    words = _PLACE.split(msgid)
    return "".join(
        rf"(?P<{part}>{_VALUES.get(part, '.+?')})" if at % 2 else re.escape(part)
        for at, part in enumerate(words)
    )
