"""What one record shows while others are merged into it.

Every record keeps its own fields. The kept one shows its own, or the other's where somebody chose
that side, or where it has nothing to show itself. So nothing is overwritten, and what is learnt
meanwhile is learnt by the record whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "locale": ("locale",),
    "organization": ("organization_id",),
    "tier": ("tier",),
    "preferred": ("preferred_channel", "preferred_hour"),
    "holder": ("pool_id", "holder_id", "held_at"),
}
"""What somebody may choose a side for, and the columns that it comes to."""

COLUMNS = tuple(column for columns in FIELDS.values() for column in columns)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A record that is merged in: what it shows, and the fields that are taken from it."""

    values: Values
    takes: frozenset[str] = frozenset()


def shown(own: Values, parts: Sequence[Part]) -> dict[str, Any]:
    """What the kept record shows. ``parts`` in the order in which they were merged in."""
    values = dict(own)
    for part in parts:
        for field, columns in FIELDS.items():
            if field in part.takes or _is_empty(values, columns):
                values.update({column: part.values[column] for column in columns})
    return values


def _is_empty(values: Values, columns: Sequence[str]) -> bool:
    return all(values[column] in (None, "") for column in columns)


def differing(kept: Values, other: Values) -> list[str]:
    """The fields in which two records say different things, so that a side must be chosen."""
    return [
        field
        for field, columns in FIELDS.items()
        if any(kept[column] != other[column] for column in columns)
        and not _is_empty(kept, columns)
        and not _is_empty(other, columns)
    ]
