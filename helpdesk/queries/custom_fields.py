"""Custom fields as pages, filters and imports need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Customer, CustomField, FieldValue, Ticket
from helpdesk.rules.custom_field import (
    OPERATORS,
    Field,
    FieldKind,
    FieldNoun,
    NotAValue,
    operator_of,
)
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


@dataclass(frozen=True, slots=True)
class Known:
    """A field that a filter may ask for, out of any session: statements are built once with it."""

    id: int
    rule: Field


def known_fields(session: Session, noun: FieldNoun) -> dict[str, Known]:
    """The fields in use, by key."""
    return {field.key: Known(field.id, field.rule) for field in fields_of(session, noun)}


def asked_for(
    known: Sequence[Known], words: Sequence[tuple[str, str]]
) -> list[ColumnElement[bool]]:
    """The conditions that a filter's ``field.KEY=WORD`` say: plain values of one field are any of
    them, everything else holds, too. Raises ``NotAValue``."""
    fields = {each.rule.key: each for each in known}
    found: list[ColumnElement[bool]] = []
    values: dict[str, list[ColumnElement[bool]]] = {}
    for key, word in words:
        operator, given = operator_of(word)
        wanted = condition(fields[key], operator, given)
        (values.setdefault(key, []) if operator == "is" else found).append(wanted)
    return [*found, *(or_(*each) for each in values.values())]


def condition(field: CustomField | Known, operator: str, given: str = "") -> ColumnElement[bool]:
    """The tickets, or customers, whose ``field`` fits: for filters, walked by an index.

    Raises ``NotAValue`` for what the field cannot hold, and for an unknown operator.
    """
    if operator not in OPERATORS:
        raise NotAValue("%(field)s: there is no filter %(operator)s.",
                        field=field.rule.name_en, operator=operator[:20])  # fmt: skip
    if operator in ("any", "none"):
        return _holds(field) if operator == "any" else _lacks(field)
    if operator == "has":
        return _holds(field, FieldValue.value.icontains(given, autoescape=True))
    fits = _compared(field, operator, given)
    return _lacks(field, fits) if operator == "not" else _holds(field, fits)


def _compared(field: CustomField | Known, operator: str, given: str) -> ColumnElement[bool]:
    value = field.rule.parse(given)
    if value is None:
        raise NotAValue("%(field)s: say what to compare with.", field=field.rule.name_en)
    is_number = field.rule.kind is FieldKind.NUMBER
    if operator == "from":
        return FieldValue.number >= value.number if is_number else FieldValue.value >= value.text
    if operator == "to":
        return FieldValue.number <= value.number if is_number else FieldValue.value <= value.text
    return FieldValue.number == value.number if is_number else FieldValue.value == value.text


def _holds(field: CustomField | Known, *fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked from the values' side, so that their index finds the few that fit."""
    mine, noun = _sides(field)
    found: ColumnElement[bool] = noun.in_(
        select(mine).where(FieldValue.field_id == field.id, *fits)
    )
    return found


def _lacks(field: CustomField | Known, *fits: ColumnElement[bool]) -> ColumnElement[bool]:
    mine, noun = _sides(field)
    return ~exists().where(FieldValue.field_id == field.id, mine == noun, *fits)


def _sides(field: CustomField | Known) -> tuple[Any, Any]:
    """Where a value says whose it is, and what it says there."""
    if field.rule.noun is FieldNoun.TICKET:
        return FieldValue.ticket_id, Ticket.id
    return FieldValue.customer_id, Customer.id
