"""Custom fields as pages and imports need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import CustomField, FieldValue
from helpdesk.rules.custom_field import Field, FieldNoun
from helpdesk.rules.import_fields import WITH_CUSTOM_FIELDS


@dataclass(frozen=True, slots=True)
class Shown:
    """A field, and what stands in it ("" for nothing)."""

    id: int
    field: Field
    value: str

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen; what is there already may stay."""
        known = self.field.choices
        return known if not self.value or self.value in known else (*known, self.value)


def fields_of(session: Session, noun: FieldNoun, *, all_of_them: bool = False) -> list[CustomField]:
    """The fields that are in use, in their order; for admins all of them."""
    question = select(CustomField).where(CustomField.noun == noun.value)
    if not all_of_them:
        question = question.where(CustomField.active.is_(True))
    return list(session.scalars(question.order_by(CustomField.position, CustomField.id)))


def asked_fields(session: Session) -> list[Field]:
    """What customers are asked for where they write to us, in its order."""
    return [field.rule for field in fields_of(session, FieldNoun.TICKET) if field.public]


def import_fields(session: Session, noun: str) -> list[Field]:
    """The desk's own fields that a column of an imported file may mean; orders have none."""
    if noun not in WITH_CUSTOM_FIELDS:
        return []
    return [field.rule for field in fields_of(session, WITH_CUSTOM_FIELDS[noun])]


def ticket_fields(session: Session, ticket_id: int) -> list[Shown]:
    """The fields of a ticket which the reader may see, with their values."""
    return _shown(session, FieldNoun.TICKET, ticket_id)


def customer_fields(session: Session, customer_id: int) -> list[Shown]:
    """The fields of a customer with their values; for ``customers/fields.html``."""
    return _shown(session, FieldNoun.CUSTOMER, customer_id)


def values_by(session: Session, noun: FieldNoun, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What stands in the fields of several tickets or customers, by number and key."""
    mine = FieldValue.ticket_id if noun is FieldNoun.TICKET else FieldValue.customer_id
    rows = session.execute(
        select(mine, CustomField.key, FieldValue.value)
        .join(CustomField, CustomField.id == FieldValue.field_id)
        .where(mine.in_(ids), CustomField.active.is_(True))
        .order_by(CustomField.position, CustomField.id)
    )
    found: dict[int, dict[str, str]] = {number: {} for number in ids}
    for number, key, value in rows:
        found.setdefault(int(number or 0), {})[key] = value
    return found


def _shown(session: Session, noun: FieldNoun, number: int) -> list[Shown]:
    rows = session.execute(_with_values(noun), {"number": number})
    return [Shown(field.id, field.rule, value or "") for field, value in rows]


@lru_cache(2)
def _with_values(noun: FieldNoun) -> Select[CustomField, str]:
    column = FieldValue.ticket_id if noun is FieldNoun.TICKET else FieldValue.customer_id
    is_mine = column == bindparam("number", type_=Integer)
    return (
        select(CustomField, FieldValue.value)
        .outerjoin(FieldValue, (FieldValue.field_id == CustomField.id) & is_mine)
        .where(CustomField.noun == noun.value, CustomField.active.is_(True))
        .order_by(CustomField.position, CustomField.id)
    )
