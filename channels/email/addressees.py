"""To whom a mail was sent, by its headers alone: for what must be known before it is parsed."""

from __future__ import annotations

from collections.abc import Iterable

from channels.email.headers import recipients
from channels.email.structure import parse_structure
from channels.message import Unreadable

MAX_BLOCK = 256_000  # bytes of headers that are looked at


def addressees(raw: bytes, envelope: Iterable[str]) -> list[str]:
    """Every address that the mail was sent to, normalized. Never raises."""
    block = raw[:MAX_BLOCK].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    try:
        return recipients(parse_structure(block + b"\n\n"), envelope)
    except Unreadable:
        return [each for each in envelope if each]
