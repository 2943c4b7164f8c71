"""Whom a note names: "@Mei", "@Mei Chen" or "@mei@tarnfold.example"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_AT = re.compile(r"(?<![\w.])@(?=\w)")


def mentioned(text: str, people: Iterable[tuple[int, str, str]]) -> list[int]:
    """The ids of those of ``people`` (id, name, email) whom ``text`` names, in order.

    A whole name wins over a first name; a first name counts when only one person has it.
    """
    known = [(number, name.lower(), email.lower()) for number, name, email in people]
    said = text.lower()
    found = [_named(said[at.end() :], known) for at in _AT.finditer(said)]
    return list(dict.fromkeys(number for number in found if number is not None))


def _named(said: str, people: list[tuple[int, str, str]]) -> int | None:
    whole = [
        (len(word), number)
        for number, name, email in people
        for word in (name, email)
        if word and _starts(said, word)
    ]
    if whole:
        return max(whole)[1]
    first = [n for n, name, _email in people if name and _starts(said, name.split()[0])]
    return first[0] if len(first) == 1 else None


def _starts(said: str, word: str) -> bool:
    """Whether ``said`` begins with the whole ``word``; Han script has no spaces to end it."""
    if not said.startswith(word):
        return False
    after = said[len(word) : len(word) + 1]
    return not (after.isalnum() and after.isascii() and word[-1].isascii())
