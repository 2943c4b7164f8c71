"""What the record knows of customers for their stage, for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.models import ContactPoint, Message, Order
from helpdesk.rules.lifecycle import Facts


def facts_of(session: Session, customer_ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of each, in two questions. They are the system's: no actor sees them raw."""
    wanted = {"customers": list(customer_ids)}
    heard = {row[0]: row[1] for row in session.execute(_HEARD, wanted)}
    orders: dict[int, list[tuple[object, ...]]] = {}
    for row in session.execute(_ORDERS, wanted):
        orders.setdefault(row.customer_id, []).append(tuple(row))
    return {one: _facts(orders.get(one, []), heard.get(one)) for one in customer_ids}


def _facts(orders: list[tuple[object, ...]], heard: object) -> Facts:
    if not orders:
        return Facts(last_contact_at=heard)  # type: ignore[arg-type]
    _, first, *_ = orders[0]
    _, last, state, amount, refunded = orders[-1]
    paid_back = bool(refunded) and isinstance(refunded, Decimal) and refunded >= amount  # type: ignore[operator]
    return Facts(first, last, heard, state == "returned" or paid_back)  # type: ignore[arg-type]


_order = Order.__table__.c
_ORDERS = (
    select(
        _order.customer_id, _order.placed_at, _order.state, _order.amount, _order.refunded_amount
    )
    .where(
        _order.customer_id.in_(bindparam("customers", expanding=True)), _order.state != "cancelled"
    )
    .order_by(_order.placed_at)
)
_last = (
    select(func.max(Message.sent_at))
    .where(
        Message.contact_point_id == ContactPoint.id,
        Message.direction == "inbound",
        Message.automatic == "",
    )
    .correlate(ContactPoint)
    .scalar_subquery()
)
_HEARD = (
    select(ContactPoint.customer_id, func.max(_last))
    .where(ContactPoint.customer_id.in_(bindparam("customers", expanding=True)))
    .group_by(ContactPoint.customer_id)
)
