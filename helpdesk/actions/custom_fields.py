"""Custom fields: what admins define, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from helpdesk.actions import audit, customer_words, merged_fields
from helpdesk.actions.changing import changing
from helpdesk.actions.field_words import find_anew
from helpdesk.actions.search_index import reindex_tickets
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Customer, CustomField, FieldValue, NotPossible, Ticket
from helpdesk.models.visibility import NotFound, customer_for
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.article_words import one_line
from helpdesk.rules.custom_field import SEARCHED, FieldKind, FieldNoun, is_key

MOST_FIELDS = 60  # of one noun; a card with more is read by nobody
MOST_NAME = 80
MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """A field as an admin writes it. Noun, key and kind stay once it is made.

    ``public``: customers are asked for it where they write to us, and with ``public_required`` must
    answer; of a field of tickets only.
    """

    name_en: str
    name_zh: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    active: bool = True
    position: int = 0
    public: bool = False
    public_required: bool = False


def add_field(
    desk: Desk, actor: Actor, noun: FieldNoun, key: str, kind: FieldKind, wanted: Definition
) -> int:
    """Define a field; its number. Raises ``NotPossible``."""
    actor.must_be(Role.ADMIN)
    if not is_key(key):
        raise NotPossible(
            "A key is a small letter, then small letters, digits and underscores: order_number."
        )
    try:
        with desk.write() as session:
            count, last = session.execute(
                select(func.count(), func.max(CustomField.position)).where(CustomField.noun == noun)
            ).one()
            if count >= MOST_FIELDS:
                raise NotPossible("There can be %(most)s fields at most.", most=MOST_FIELDS)
            field = CustomField(noun=noun.value, key=key, kind=kind.value)
            _define(field, wanted)
            field.position = (last or 0) + 1
            session.add(field)
            session.flush()
            audit.record(session, actor, "field.added", reason=field.name_en, key=key, noun=noun)
            return field.id
    except IntegrityError:
        raise NotPossible("There is a field with the key %(key)s already.", key=key) from None


def change_field(desk: Desk, actor: Actor, field_id: int, wanted: Definition) -> None:
    """Change a field's names, choices, place, and whether it is used. Raises ``NotFound``.

    Values that are no longer among the choices stay until somebody chooses anew.
    """
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        field = held_field(session, field_id)
        was_active = field.active
        _define(field, wanted)
        field.position = wanted.position
        if field.active != was_active:
            find_anew(session, field)
        audit.record(
            session, actor, "field.changed", reason=field.name_en,
            key=field.key, noun=field.noun, active=wanted.active,
        )  # fmt: skip


def held_field(session: WriteSession, field_id: int) -> CustomField:
    """A field under its row's lock. Raises ``NotFound``."""
    known = 0 < field_id < 2**31
    field = session.get(CustomField, field_id, with_for_update=True) if known else None
    if field is None:
        raise NotFound("There is no such field.")
    return field


def _define(field: CustomField, wanted: Definition) -> None:
    name = one_line(wanted.name_en)[:MOST_NAME]
    if not name:
        raise NotPossible("Give the field a name.")
    cleaned = (one_line(choice)[:MOST_NAME] for choice in wanted.choices)
    choices = list(dict.fromkeys(choice for choice in cleaned if choice))[:MOST_CHOICES]
    if field.kind == FieldKind.CHOICE.value and not choices:
        raise NotPossible("A choice needs something to choose from.")
    field.name_en, field.name_zh = name, one_line(wanted.name_zh)[:MOST_NAME]
    field.choices = choices if field.kind == FieldKind.CHOICE.value else []
    is_of_tickets = field.noun == FieldNoun.TICKET.value
    field.required = wanted.required and is_of_tickets
    field.public = wanted.public and is_of_tickets
    field.public_required = wanted.public_required and field.public
    field.active = wanted.active


def set_ticket_fields(desk: Desk, actor: Actor, ticket_id: int, given: Mapping[str, str]) -> None:
    """Write what was given, by key, into a ticket's fields; "" empties one.

    All or nothing: raises ``NotAValue`` for what does not fit, ``NotFound`` for an unknown key.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        fill(session, actor, ticket, given)


def fill(session: WriteSession, actor: Actor, ticket: Ticket, given: Mapping[str, str]) -> None:
    """``set_ticket_fields`` within a transaction that has the ticket."""
    changes = write_values(session, ticket, given)
    if changes:
        told = _told(changes)
        audit.record(session, actor, "ticket.fields_changed", ticket=ticket, fields=told)


def set_customer_fields(
    desk: Desk, actor: Actor, customer_id: int, given: Mapping[str, str]
) -> None:
    """The same for a customer."""
    actor.must_be_staff()
    with desk.write() as session:
        customer = customer_for(session, actor, customer_id, lock=True)
        changes = write_values(session, customer, given)
        if changes:
            audit.record(
                session,
                actor,
                "customer.fields_changed",
                customer_id=customer.id,
                fields=_told(changes),
            )


def _told(changes: dict[str, str]) -> list[list[str]]:
    """In order: an object of JSON has none."""
    return [[key, value] for key, value in changes.items()]


def write_values(
    session: WriteSession, of: Ticket | Customer, given: Mapping[str, str]
) -> dict[str, str]:
    """Part of a transaction (an import, a form): write values by key; what changed, by key.

    The search finds by them afterwards. Raises ``NotAValue``, ``NotFound``.
    """
    fields = _fields(session, of)
    known = {value.field_id: value for value in session.scalars(_values_of(of))}
    changes: dict[str, str] = {}
    for key, words in given.items():
        field = fields.get(key)
        if field is None:
            raise NotFound("There is no field %(key)s.", key=key[:60])
        before = known.get(field.id)
        if before is not None and before.value == words:
            continue  # also what is no longer among the choices may stay
        wanted = field.rule.parse(words)
        if (before.value if before else "") == (wanted.text if wanted else ""):
            continue
        if before is not None and before.home_id is not None:
            merged_fields.send_home(session, before)
            before = None
        if wanted is not None:
            row = before or _value(of, field)
            row.value, row.number = wanted.text, wanted.number
            session.add(row)
        elif before is not None:
            session.delete(before)
        changes[key] = wanted.text if wanted else ""
    if any(fields[key].rule.kind in SEARCHED for key in changes):
        _found_by(session, of)
    return changes


def _found_by(session: WriteSession, of: Ticket | Customer) -> None:
    session.flush()
    if isinstance(of, Ticket):
        reindex_tickets(session, select(Ticket.id).where(Ticket.id == of.id))
    else:
        customer_words.index(session, of)


def _fields(session: WriteSession, of: Ticket | Customer) -> dict[str, CustomField]:
    noun = FieldNoun.TICKET if isinstance(of, Ticket) else FieldNoun.CUSTOMER
    rows = session.scalars(
        select(CustomField).where(CustomField.noun == noun.value, CustomField.active.is_(True))
    )
    return {field.key: field for field in rows}


def _values_of(of: Ticket | Customer) -> Select[FieldValue]:
    column = FieldValue.ticket_id if isinstance(of, Ticket) else FieldValue.customer_id
    return select(FieldValue).where(column == of.id)


def _value(of: Ticket | Customer, field: CustomField) -> FieldValue:
    if isinstance(of, Ticket):
        return FieldValue(field_id=field.id, ticket_id=of.id)
    return FieldValue(field_id=field.id, customer_id=of.id)
