"""The search words of what stands in the custom fields of a ticket or a customer."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.actions.postponed import postpone
from helpdesk.database import WriteSession
from helpdesk.models import CustomField, FieldValue, Reindexing, Rewording
from helpdesk.rules.custom_field import SEARCHED, FieldKind, FieldNoun
from helpdesk.rules.search_words import search_words


def field_words(session: Session, noun: FieldNoun, number: int | None) -> list[str]:
    """The words of one ticket's or customer's texts and choices; of fields in use only.

    What is stored counts: flush first what is not.
    """
    if number is None:
        return []
    return search_words("\n".join(session.scalars(_texts(noun), {"number": number})))


@lru_cache(2)
def _texts(noun: FieldNoun) -> Select[str]:
    whose = FieldValue.ticket_id if noun is FieldNoun.TICKET else FieldValue.customer_id
    return (
        select(FieldValue.value)
        .join(CustomField, CustomField.id == FieldValue.field_id)
        .where(whose == bindparam("number", type_=Integer), is_searched())
        .order_by(CustomField.position, CustomField.id)
    )


def is_searched() -> ColumnElement[bool]:
    """Which fields one is found by."""
    return CustomField.active.is_(True) & CustomField.kind.in_([kind.value for kind in SEARCHED])


def find_anew(session: WriteSession, field: CustomField, *which: ColumnElement[bool]) -> None:
    """Let the search know what stands in the field now; a round does it, however many they are."""
    if FieldKind(field.kind) not in SEARCHED:
        return
    session.flush()
    holders = FieldValue.field_id == field.id, *which
    if field.noun == FieldNoun.TICKET.value:
        of = FieldValue.ticket_id
        postpone(session, Reindexing, select(of).where(of.is_not(None), *holders))
    else:
        of = FieldValue.customer_id
        postpone(session, Rewording, select(of).where(of.is_not(None), *holders))
