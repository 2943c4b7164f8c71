"""Which tickets somebody wants to see: any combination, as an address says it and as data.

``status=open&assignee=none&tag=refund&waiting=4h&sort=newest``: the queue's pages, saved views and
the API read the same words. A name that is repeated means any of its values; different names mean
all of them. ``field.NAME`` asks for a custom field, with an operator or not (``field.sum=from:10``,
``rules.custom_field``); whoever knows the field checks the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

from helpdesk.rules.refusal import Refusal
from helpdesk.rules.span_words import BadSpan, read_span, write_in_one
from helpdesk.rules.status import Priority, Status

MOST_VALUES = 20  # of one name
LONGEST = 100  # characters of one value
FARTHEST = timedelta(days=366)

NUMBER = "[1-9][0-9]{0,8}"
LANGUAGE = "[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}"
FIELD = r"field\.([a-z][a-z0-9_]{0,63})"

ME, NOBODY = "me", "none"

FieldWords = tuple[tuple[str, str], ...]
"""What is asked of custom fields: key and word, each pair once, in order."""


class BadFilter(Refusal):
    """The words of a filter make no sense. The sentence names the word and what is possible."""


class Sort(StrEnum):
    WAITING = "waiting"  # who waits longest, first
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """What is asked for. Empty means: whatever it is. Ids are as in the address: digits, ``me``
    for the one who asks, ``none`` for nobody."""

    status: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    waiting: timedelta | None = None  # waited for at least this long
    unread: bool = False
    fields: FieldWords = field(default=())
    sort: Sort = Sort.WAITING

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked for but perhaps an order."""
        return self == TicketFilter(sort=self.sort)


_STATUSES = tuple(status.value for status in Status)
_PRIORITIES = tuple(priority.value for priority in Priority)
_OWNERS = ("bot", "people")
_CHOICES: dict[str, tuple[str, ...]] = {
    "status": _STATUSES,
    "priority": _PRIORITIES,
    "owner": _OWNERS,
}
_NUMBERS = {
    "assignee": (ME, NOBODY),
    "team": (NOBODY,),
    "inbox": (),
    "customer": (),
}
NAMES = (*(each.name for each in fields(TicketFilter) if each.name != "fields"),)
"""The words that an address may use, beside ``field.NAME``."""


def read(address: str) -> TicketFilter:
    """The filter that a query string says. Raises ``BadFilter``."""
    return parse(parse_qs(address.removeprefix("?"), keep_blank_values=True, max_num_fields=200))


def parse(given: Mapping[str, Sequence[str]]) -> TicketFilter:
    """The filter in the arguments of an address; names that are not a filter's are left alone.

    Raises ``BadFilter`` for a value that cannot be meant.
    """
    values = {name: _values(name, given[name]) for name in NAMES if given.get(name)}
    wanted: dict[str, object] = {}
    for name, words in values.items():
        if not words:
            continue
        wanted[name] = _SINGLE[name](words[-1]) if name in _SINGLE else _checked(name, words)
    return TicketFilter(**wanted, fields=fields_asked(given))  # type: ignore[arg-type]


def _values(name: str, given: Sequence[str]) -> tuple[str, ...]:
    """Each value once, in a fixed order, so that one filter is one statement."""
    words = {" ".join(word.split()) for word in given} - {""}
    if len(words) > MOST_VALUES or any(len(word) > LONGEST for word in words):
        raise BadFilter("The filter “%(name)s” asks for too much.", name=name)
    return tuple(sorted(words))


def _checked(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if name in _CHOICES:
        return tuple(_choice(name, word, _CHOICES[name]) for word in words)
    if name in _NUMBERS:
        return tuple(_number(name, word, _NUMBERS[name]) for word in words)
    if name == "language":
        return tuple(_language(word) for word in words)
    return tuple(sorted(word.lower() for word in words))


def _choice(name: str, word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise BadFilter(
            "“%(word)s” is no %(name)s. Possible are: %(known)s.",
            word=word, name=name, known=", ".join(known),
        )  # fmt: skip
    return word


def _number(name: str, word: str, also: tuple[str, ...]) -> str:
    if word not in also and not re.fullmatch(NUMBER, word):
        raise BadFilter(
            "The filter “%(name)s” takes a number, not “%(word)s”.", name=name, word=word
        )
    return word


def _language(word: str) -> str:
    if not re.fullmatch(LANGUAGE, word):
        raise BadFilter("“%(word)s” is no language, as “en” or “zh-Hans” would be.", word=word)
    return word.replace("_", "-")


def _waiting(word: str) -> timedelta:
    try:
        age = read_span(word)
    except BadSpan:
        age = None
    if age is None or age > FARTHEST:
        raise BadFilter("Say how long as 30m, 4h or 2d, not “%(word)s”.", word=word)
    return age


def _unread(word: str) -> bool:
    return _choice("unread", word, ("1", "0")) == "1"


def _sort(word: str) -> Sort:
    return Sort(_choice("sort", word, tuple(Sort)))


_SINGLE = {"waiting": _waiting, "unread": _unread, "sort": _sort}


def fields_asked(given: Mapping[str, Sequence[str]]) -> FieldWords:
    """What the ``field.NAME`` in the arguments of an address ask. Raises ``BadFilter``."""
    found = [(match[1], given[name]) for name in given if (match := re.fullmatch(FIELD, name))]
    return tuple(
        sorted((name, word) for name, words in found for word in _values(f"field.{name}", words))
    )


def written(wanted: TicketFilter) -> str:
    """The query string that says the filter; ``read`` of it is the same filter."""
    pairs: list[tuple[str, str]] = []
    for name in NAMES:
        value = getattr(wanted, name)
        if name == "waiting":
            pairs += [(name, write_in_one(value))] if value is not None else []
        elif name == "unread":
            pairs += [(name, "1")] if value else []
        elif name == "sort":
            pairs += [(name, value.value)] if value is not Sort.WAITING else []
        else:
            pairs += [(name, word) for word in value]
    return urlencode([*pairs, *field_pairs(wanted.fields)])


def field_pairs(fields: FieldWords) -> list[tuple[str, str]]:
    """The same as an address says it."""
    return [(f"field.{name}", word) for name, word in fields]
