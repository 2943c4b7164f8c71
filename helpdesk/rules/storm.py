"""How much automatic mail is too much (RFC 3834, 5: a responder limits what it sends to one
address), so that two machines that answer each other stop after a few rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WINDOW = timedelta(hours=1)


class Cap(StrEnum):
    """Which limit was reached."""

    ADDRESS = "address"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Caps:
    """The most automatic mails within ``WINDOW``."""

    per_address: int
    per_ticket: int


def reached(to_address: int, in_ticket: int, caps: Caps) -> Cap | None:
    """The limit that one more mail would pass; None when it may leave."""
    if to_address >= caps.per_address:
        return Cap.ADDRESS
    return Cap.TICKET if in_ticket >= caps.per_ticket else None
