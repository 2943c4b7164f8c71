"""The fields of records that are merged: what each says itself, and what the kept one shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from helpdesk.database import WriteSession
from helpdesk.models import Customer, CustomerMerge
from helpdesk.rules.merge_fields import COLUMNS, FIELDS, Part, shown

_TIMES = frozenset({"held_at"})


def values_of(customer: Customer) -> dict[str, Any]:
    """What the record shows."""
    return {column: getattr(customer, column) for column in COLUMNS}


def own_values(customer: Customer) -> dict[str, Any]:
    """What the record says itself."""
    return values_of(customer) if customer.own is None else _opened(customer.own)


def change(session: WriteSession, customer: Customer, values: dict[str, Any]) -> None:
    """Set columns of the record itself, and show that: somebody's word beats a merge's choice."""
    own = own_values(customer) | values
    fields = {f for f, columns in FIELDS.items() if not values.keys().isdisjoint(columns)}
    for merge in parts_of(session, customer.id):
        merge.takes = [field for field in merge.takes if field not in fields]
    _keep(session, customer, own)


def learn(session: WriteSession, customer: Customer, name: str, locale: str) -> None:
    """Take what a channel told of this very record, unless it is known already."""
    own = own_values(customer)
    learnt = {"name": own["name"] or name[:200], "locale": own["locale"] or locale}
    if learnt != {"name": own["name"], "locale": own["locale"]}:
        _keep(session, customer, own | learnt)


def show(session: WriteSession, customer: Customer) -> None:
    """Show anew what the record and those merged into it say, up to the one that stands."""
    _keep(session, customer, own_values(customer))


def _keep(session: WriteSession, customer: Customer, own: dict[str, Any]) -> None:
    merges = parts_of(session, customer.id)
    customer.own = _closed(own) if merges else None
    parts = [
        Part(values_of(session.get_one(Customer, merge.other_id)), frozenset(merge.takes))
        for merge in merges
    ]
    for column, value in shown(own, parts).items():
        setattr(customer, column, value)
    session.flush()
    above = tie_of(session, customer.id) if customer.merged_into_id is not None else None
    if above is not None:
        show(session, session.get_one(Customer, above.kept_id))


def parts_of(session: WriteSession, customer_id: int) -> list[CustomerMerge]:
    """The merges that made others part of this record, oldest first."""
    return list(session.scalars(_ACTIVE.where(CustomerMerge.kept_id == customer_id)))


def tie_of(session: WriteSession, customer_id: int) -> CustomerMerge | None:
    """The merge that made this record part of another."""
    return session.scalars(_ACTIVE.where(CustomerMerge.other_id == customer_id)).one_or_none()


def subtree(session: WriteSession, customer_id: int) -> list[int]:
    """The record and all that were merged into it, and into those."""
    found, new = [customer_id], [customer_id]
    while new:
        new = list(session.scalars(_children(new)))
        found += new
    return found


def _children(ids: Iterable[int]):  # type: ignore[no-untyped-def]
    return (
        select(CustomerMerge.other_id)
        .where(CustomerMerge.kept_id.in_(list(ids)), CustomerMerge.undone_at.is_(None))
        .order_by(CustomerMerge.id)
    )


_ACTIVE = select(CustomerMerge).where(CustomerMerge.undone_at.is_(None)).order_by(CustomerMerge.id)


def _closed(values: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps them."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def _opened(kept: dict[str, Any]) -> dict[str, Any]:
    return {k: datetime.fromisoformat(v) if k in _TIMES and v else v for k, v in kept.items()}
