"""What customers answered beside their message: it lies in the journal with it, and comes onto the
ticket that the message opens.

A form proves nothing of who filled it in, so it changes no ticket that was there before. What has
no place in a field is said at the end of the message: an agent reads it there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from channels.message import InboundMessage
from helpdesk.actions import audit
from helpdesk.actions.custom_fields import write_values
from helpdesk.database import WriteSession
from helpdesk.models import Customer, Envelope, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.custom_fields import fields_of
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.custom_field import Field, FieldNoun, NotAValue

META = "fields"  # of an envelope
Answers = Mapping[str, str]
"""What was answered, by the field's key."""


def checked(session: Session, given: Answers) -> dict[str, str]:
    """What was given, as it is kept. Raises ``NotAValue``, ``NotFound``."""
    fields = _fields(session)
    for key in given:
        if key not in fields:
            raise NotFound("There is no field %(key)s.", key=key[:60])
    values = {key: fields[key].parse(words) for key, words in given.items()}
    return {key: value.text for key, value in values.items() if value}


def meta(answers: Answers) -> dict[str, str]:
    """How an envelope keeps them."""
    return {META: json.dumps(dict(answers), ensure_ascii=False)} if answers else {}


def sorted_out(
    session: Session, envelope: Envelope, incoming: InboundMessage, *, is_new: bool
) -> tuple[InboundMessage, dict[str, str]]:
    """The message, which says what cannot be kept in a field, and what can be."""
    answers: dict[str, str] = json.loads(envelope.meta.get(META, "{}"))
    if not answers:
        return incoming, {}
    fields = _fields(session)
    kept = {k: v for k, v in answers.items() if is_new and _fits(fields.get(k), v)}
    said = [f"{_name(fields.get(k), k)}: {v}" for k, v in answers.items() if k not in kept]
    return _saying(incoming, said), kept


def write(session: WriteSession, ticket: Ticket, customer: Customer, answers: Answers) -> None:
    """Put the answers onto the ticket that has just been opened."""
    changes = write_values(session, ticket, answers) if answers else {}
    if changes:
        actor = Actor(ActorKind.CUSTOMER, customer.id, customer.display_name)
        told = [[key, value] for key, value in changes.items()]
        audit.record(session, actor, "ticket.fields_changed", ticket=ticket, fields=told)


def _fields(session: Session) -> dict[str, Field]:
    return {field.key: field.rule for field in fields_of(session, FieldNoun.TICKET)}


def _fits(field: Field | None, words: str) -> bool:
    """The field may have been changed since the form was drawn."""
    try:
        return field is not None and field.parse(words) is not None
    except NotAValue:
        return False


def _name(field: Field | None, key: str) -> str:
    return field.name_en if field else key


def _saying(incoming: InboundMessage, lines: list[str]) -> InboundMessage:
    if not lines:
        return incoming
    end = "\n\n" + "\n".join(lines)
    new_text = incoming.new_text or incoming.text
    return replace(
        incoming, text=incoming.text.rstrip() + end, new_text=new_text.rstrip() + end, html=None
    )
