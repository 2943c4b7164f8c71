"""Filters by custom fields: the tickets, or the customers, whose values fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Customer, CustomField, FieldValue, Ticket
from helpdesk.queries.custom_fields import fields_of
from helpdesk.rules.custom_field import (
    OPERATORS,
    Field,
    FieldKind,
    FieldNoun,
    NotAValue,
    operator_of,
)
from helpdesk.rules.ticket_filter import BadFilter, FieldWords


@dataclass(frozen=True, slots=True)
class Known:
    """A field that a filter may ask for, out of any session: statements are built once with it."""

    id: int
    rule: Field


def known_fields(session: Session, noun: FieldNoun) -> dict[str, Known]:
    """The fields in use, by key."""
    return {field.key: Known(field.id, field.rule) for field in fields_of(session, noun)}


def looked_up(session: Session, noun: FieldNoun, words: FieldWords) -> tuple[Known, ...]:
    """The fields that a filter asks for. Raises ``BadFilter``, also for a value that its field
    cannot hold."""
    if not words:
        return ()
    known, keys = known_fields(session, noun), dict(words)
    if unknown := next((key for key in keys if key not in known), ""):
        raise BadFilter("There is no field %(key)s.", key=unknown)
    found = tuple(known[key] for key in keys)
    try:
        asked_for(found, words)
    except NotAValue as fault:
        raise BadFilter(fault.words, **fault.values) from None
    return found


def asked_for(known: Sequence[Known], words: FieldWords) -> list[ColumnElement[bool]]:
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
