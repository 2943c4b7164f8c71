"""A customer's record and those that are part of it."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from helpdesk.models import Customer


def family_of(customer_id: int) -> Select[int]:
    """The numbers of the record and of those merged into it, for ``in_``: what stays with the
    record that it happened to is shown by the one that it is part of."""
    return select(Customer.id).where(
        or_(Customer.id == customer_id, Customer.merged_into_id == customer_id)
    )
