"""What kind of matter a ticket is, and what must be known before it is resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    QUESTION = "question"
    PROBLEM = "problem"
    REQUEST = "request"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known of a ticket that somebody wants to resolve. ``empty_fields`` are the names
    of the required fields that hold nothing."""

    kind: Kind
    has_cause: bool = False
    has_remedy: bool = False
    empty_fields: Sequence[str] = ()


def is_missing(settled: Settled) -> tuple[str, ...]:
    """What stands in the way of resolving it: "cause", "remedy", then names of fields."""
    named: list[str] = []
    if settled.kind is Kind.COMPLAINT:
        named += [] if settled.has_cause else ["cause"]
        named += [] if settled.has_remedy else ["remedy"]
    return (*named, *settled.empty_fields)
