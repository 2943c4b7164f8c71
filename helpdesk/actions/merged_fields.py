"""Custom fields of customers who are merged: the kept record's own values win, gaps are filled.

A value that fills a gap moves, as whatever belongs to a customer does, and its home says whose it
is. One that would double a value stays with its record, and comes forth when there is a gap again.
So does one that filled a gap until an agent wrote something else there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import aliased

from helpdesk.database import WriteSession
from helpdesk.models import FieldValue

_BY_SQL: dict[str, Any] = {"synchronize_session": False}


def fill(session: WriteSession, customer_id: int, other_id: int) -> list[int]:
    """Let the other record's values fill the customer's empty fields; which ones did."""
    home = func.coalesce(FieldValue.home_id, FieldValue.customer_id)
    return _moved(session, FieldValue.customer_id == other_id, customer_id, home)


def give_back(session: WriteSession, customer_id: int, family: Sequence[int]) -> list[int]:
    """Let a record that stands by itself again have what is at home there, or in its parts."""
    came = [*_returned(session, customer_id), *_fetched(session, customer_id, family[1:])]
    return sorted(came)


def refill(session: WriteSession, root: int, parts: Sequence[int]) -> None:
    """Fill the gaps that were left, by those that are still merged into the record."""
    for part in parts:
        fill(session, root, part)


def send_home(session: WriteSession, value: FieldValue) -> None:
    """Let a value that fills a gap stand aside for another word about the record that shows it."""
    value.customer_id, value.home_id = value.home_id, None
    session.flush()  # before a new row takes its place


def _returned(session: WriteSession, customer_id: int) -> list[int]:
    return _moved(session, FieldValue.home_id == customer_id, customer_id, None)


def _fetched(session: WriteSession, customer_id: int, parts: Sequence[int]) -> list[int]:
    """Of its parts' values, those that filled a gap above; one that fills none here goes home."""
    above = FieldValue.home_id.in_(parts) & (FieldValue.customer_id != customer_id)
    came = _moved(session, above, customer_id, FieldValue.home_id)
    session.execute(
        update(FieldValue).where(above).values(customer_id=FieldValue.home_id, home_id=None),
        execution_options=_BY_SQL,
    )
    return came


def _moved(
    session: WriteSession, which: ColumnElement[bool], customer_id: int, home: Any
) -> list[int]:
    """Where the customer has nothing in the field: a field has one value."""
    there = aliased(FieldValue)
    taken = select(there.field_id).where(there.customer_id == customer_id)
    statement = (
        update(FieldValue)
        .where(which, FieldValue.customer_id.is_not(None), FieldValue.field_id.not_in(taken))
        .values(customer_id=customer_id, home_id=home)
        .returning(FieldValue.id)
    )
    return sorted(session.scalars(statement, execution_options=_BY_SQL))
