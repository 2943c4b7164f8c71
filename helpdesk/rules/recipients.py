"""Whom one reply is addressed to: what was chosen and typed, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.rules.refusal import Refusal

MOST = 50  # addresses of one reply

_BETWEEN = re.compile(r"[,;，；、\n]")
_BRACKETED = re.compile(r"<([^<>]*)>\s*$")
_ADDRESS = re.compile(r"""[^\s<>()\[\]",;:@\\]{1,64}@[^\s<>()\[\]",;:@\\]{1,255}""")


class NotAnAddress(Refusal):
    """What was typed cannot be written to."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Addresses, each once; whoever is in ``to`` is not in ``cc``."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def read(to: Iterable[str], cc: Iterable[str] = ()) -> Recipients:
    """From fields in which people type, several addresses to a field.

    Raises ``NotAnAddress`` for what is none, for too many, and when nobody is addressed.
    """
    first = dict.fromkeys(_addresses(to))
    others = dict.fromkeys(address for address in _addresses(cc) if address not in first)
    if not first:
        raise NotAnAddress("Address the reply to somebody.")
    if len(first) + len(others) > MOST:
        raise NotAnAddress("A reply can go to %(most)s addresses at most.", most=MOST)
    return Recipients(tuple(first), tuple(others))


def _addresses(fields: Iterable[str]) -> Iterable[str]:
    for field in fields:
        for typed in _BETWEEN.split(field[:10_000]):
            if typed.strip():
                yield _address(typed.strip())


def _address(typed: str) -> str:
    bracketed = _BRACKETED.search(typed)
    bare = (bracketed[1] if bracketed else typed).strip().lower()
    if not _ADDRESS.fullmatch(bare):
        raise NotAnAddress("%(address)s is not an email address.", address=typed[:100])
    return bare
