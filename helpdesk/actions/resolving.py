"""What must be known before a ticket is resolved: its fields, a complaint's cause and remedy."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import CustomField, FieldValue, NotPossible, Ticket
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.complaint import Kind, Settled, is_missing


def must_be_ready(session: Session, ticket: Ticket) -> None:
    """Raises ``NotPossible``, naming what is missing."""
    missing = is_missing(
        Settled(
            Kind(ticket.kind),
            has_cause=ticket.cause_id is not None,
            has_remedy=ticket.remedy_id is not None,
            empty_fields=tuple(session.scalars(_EMPTY_FIELDS, {"ticket": ticket.id})),
        )
    )
    if missing[:1] in (("cause",), ("remedy",)):
        raise NotPossible("A complaint needs its cause and its remedy. Choose them, then resolve.")
    if missing:
        raise NotPossible("Fill in %(fields)s, then resolve.", fields=", ".join(missing))


_EMPTY_FIELDS = (
    select(CustomField.name_en)
    .outerjoin(
        FieldValue,
        (FieldValue.field_id == CustomField.id)
        & (FieldValue.ticket_id == bindparam("ticket", type_=Integer)),
    )
    .where(
        CustomField.noun == "ticket",
        CustomField.required.is_(True),
        CustomField.active.is_(True),
        FieldValue.id.is_(None),
    )
    .order_by(CustomField.position, CustomField.id)
)


def must_be_ready_to_resolve(desk: Desk, actor: Actor, ticket_id: int) -> None:
    """The same before a reply that is to resolve the ticket is sent."""
    actor.must_be_staff()
    with desk.read() as session:
        must_be_ready(session, ticket_for(session, actor, ticket_id))
