"""One-time codes: what they are made from, what counts as entering one, and how often one may ask.

Nothing of a code is stored: its digits follow from a random nonce and the desk's own key, so that
neither a copy of the database nor a list of the million hashes tells any of them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import timedelta
from enum import StrEnum

KEY_PURPOSE = "one-time codes"  # of ``Vault.key``
DIGITS = 6
VALID = timedelta(minutes=10)
TRIES = 5
LATELY = timedelta(hours=1)
MOST_TO_ADDRESS = 3  # codes within ``LATELY``
MOST_OF_ASKER = 3
PROVED_FOR = timedelta(minutes=30)  # where each message would need a proof of its own
MASK = "•" * DIGITS  # what a transcript shows in place of a code

_CODE = re.compile(r"(?<![\w-])(?<!\d[ -])\d(?:[ -]?\d){5}(?![\w-])", re.ASCII)
_BARE_NUMBER = re.compile(r"\s*\d[\d -]{2,12}[\s.!。！]*")


class CodeState(StrEnum):
    OPEN = "open"
    RIGHT = "right"  # entered in time; not yet on the record
    PROVED = "proved"  # the address is verified by it
    SPENT = "spent"  # too many wrong ones
    REPLACED = "replaced"  # a newer one was sent


class Entered(StrEnum):
    """What came of a code that somebody wrote."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"


def digits(key: bytes, nonce: str) -> str:
    """The code of this nonce."""
    made = hmac.new(key, nonce.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:16], 'big') % 10**DIGITS:0{DIGITS}}"


def entered(text: str) -> str | None:
    """The code that ``text`` gives, digits only; None when it gives none.

    A bare number of another length is a mistyped code.
    """
    plain = _plain(text)
    if found := _CODE.search(plain):
        return re.sub(r"\D", "", found[0])
    return re.sub(r"\D", "", plain) if _BARE_NUMBER.fullmatch(plain) else None


def masked(text: str) -> str:
    """``text`` without the codes that it gives."""
    plain = _plain(text)
    if _BARE_NUMBER.fullmatch(plain):
        return MASK
    pieces, end = [], 0
    for found in _CODE.finditer(plain):
        pieces += [text[end : found.start()], MASK]
        end = found.end()
    return "".join([*pieces, text[end:]])


def judge(given: str, wanted: str, *, is_real: bool, tries: int, age: timedelta) -> Entered:
    """What comes of ``given``. ``tries`` counts the wrong ones before it; ``is_real`` is False
    for a code that had nowhere to go, which nobody can know."""
    if age > VALID:
        return Entered.EXPIRED
    if tries >= TRIES:
        return Entered.SPENT
    is_right = hmac.compare_digest(given.encode(), wanted.encode())
    if is_right and is_real:
        return Entered.RIGHT
    return Entered.SPENT if tries + 1 >= TRIES else Entered.WRONG


def _plain(text: str) -> str:
    """Every digit as 0 to 9, in its place: input methods write them wide."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
