"""What is a customer's, and whose it was before records were merged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, ForeignKey, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column


class Belonging:
    """A row with a ``customer_id``: the record that shows it.

    ``home_id`` is the record that it would belong to if nothing had ever been merged; None while
    that is the same. A merge moves ``customer_id`` alone, so undoing it moves whatever has come
    since, too.
    """

    home_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)

    @property
    def own_customer_id(self) -> int:
        """The record that it belongs to without the merges."""
        return self.home_id or self.customer_id  # type: ignore[attr-defined]


@event.listens_for(Belonging, "before_update", propagate=True)
def _given_to_somebody_else(_mapper: Mapper[Any], _connection: Connection, row: Belonging) -> None:
    """A row that is given to another record without a word about its home is at home there."""
    seen = inspect(row).attrs
    if seen.customer_id.history.has_changes() and not seen.home_id.history.has_changes():
        row.home_id = None
