"""Custom fields: what may stand in one, and how it is read from what somebody typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from helpdesk.rules.article_words import one_line
from helpdesk.rules.refusal import Refusal

MOST_TEXT = 500  # characters
TOO_LARGE = 1e15  # a number from here on would come back as another one
PREFIX = "field."  # before a key, in addresses and in the headers of files
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}|\d{1,3}([, ]\d{3}){1,4})(\.\d{1,20})?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES = frozenset({"yes", "true", "1", "on", "y", "是", "对", "對", "✓"})
_NO = frozenset({"no", "false", "0", "off", "n", "否", "不", "不是"})


class FieldNoun(StrEnum):
    TICKET = "ticket"
    CUSTOMER = "customer"


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHECKBOX = "checkbox"


SEARCHED = (FieldKind.TEXT, FieldKind.CHOICE)
"""What is made of words: tickets and customers are found by it."""


class NotAValue(Refusal):
    """What was given does not fit the field; the words say what would."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is stored: ``text`` sorts as the value does, but for numbers."""

    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its definition says. ``required``: a ticket is not resolved without it.
    ``public``: customers are asked for it, and with ``public_required`` they must answer."""

    key: str
    kind: FieldKind
    noun: FieldNoun = FieldNoun.TICKET
    name_en: str = ""
    name_zh: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    public: bool = False
    public_required: bool = False

    @property
    def column(self) -> str:
        """How files and addresses call it."""
        return PREFIX + self.key

    def named(self, locale: str) -> str:
        """Its name in the reader's language, else in the one that there is."""
        names = (self.name_zh, self.name_en) if locale.startswith("zh") else (self.name_en,)
        return next((name for name in names if name), self.key)

    def parse(self, given: str) -> Value | None:
        """What ``given`` means here; None for nothing. Raises ``NotAValue``."""
        words = one_line(given)
        if not words:
            return None
        return _PARSERS[self.kind](self, words)

    def answered(self, given: str) -> str:
        """What a customer's answer is kept as, "" for none. Raises ``NotAValue``, also where they
        must answer and did not."""
        value = self.parse(given)
        text = value.text if value else ""
        if self.public_required and (not text or (self.kind, text) == (FieldKind.CHECKBOX, "no")):
            raise _missing(self.kind)
        return text


OPERATORS = ("is", "not", "from", "to", "has", "any", "none")
"""``from`` and ``to`` are inclusive; ``has`` looks into texts; ``any``: something stands there."""


def operator_of(word: str) -> tuple[str, str]:
    """What a filter's word asks: ``from:10`` is (from, 10); ``any:`` and ``none:`` take nothing;
    whatever has no operator is the value itself."""
    operator, mark, given = word.partition(":")
    return (operator, given.strip()) if mark and operator in OPERATORS else ("is", word)


def is_key(key: str) -> bool:
    """Whether ``key`` may name a field: it stands in addresses, files and programs."""
    return _KEY.fullmatch(key) is not None


def _text(field: Field, given: str) -> Value:
    if len(given) > MOST_TEXT:
        raise NotAValue(
            "%(field)s: %(most)s characters are the most.", field=field.name_en, most=MOST_TEXT
        )
    return Value(given)


def _number(field: Field, given: str) -> Value:
    number = float(given.replace(",", "").replace(" ", "")) if _NUMBER.fullmatch(given) else None
    if number is None or abs(number) >= TOO_LARGE:
        raise NotAValue(
            '%(field)s: "%(given)s" is not a number. Write it like 12.5.',
            field=field.name_en, given=given[:40],
        )  # fmt: skip
    return Value(_plain(number + 0.0), number + 0.0)


def _plain(number: float) -> str:
    """As people write it, never as 1e-09, and so that it comes back as the same number."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def _date(field: Field, given: str) -> Value:
    match = _DATE.fullmatch(given.replace(" ", ""))
    try:
        return Value(date(*map(int, match.groups())).isoformat() if match else _no_date())
    except ValueError:
        raise NotAValue(
            '%(field)s: "%(given)s" is not a date. Write it like 2026-11-30.',
            field=field.name_en, given=given[:40],
        ) from None  # fmt: skip


def _no_date() -> str:
    raise ValueError


def _choice(field: Field, given: str) -> Value:
    for choice in field.choices:
        if choice.casefold() == given.casefold():
            return Value(choice)
    raise NotAValue(
        '%(field)s: "%(given)s" is not one of %(choices)s.',
        field=field.name_en, given=given[:40], choices=", ".join(field.choices),
    )  # fmt: skip


def _checkbox(field: Field, given: str) -> Value:
    said = given.casefold()
    if said in _YES | _NO:
        return Value("yes" if said in _YES else "no")
    raise NotAValue(
        '%(field)s: "%(given)s" is neither yes nor no.', field=field.name_en, given=given[:40]
    )


def _missing(kind: FieldKind) -> NotAValue:
    if kind is FieldKind.CHECKBOX:
        return NotAValue("Please tick this.")
    if kind is FieldKind.CHOICE:
        return NotAValue("Please choose.")
    return NotAValue("Please fill this in.")


_PARSERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHECKBOX: _checkbox,
}
