"""What kind of matter a ticket is; a complaint's cause and remedy; the lists of both."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from helpdesk.actions import audit
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ComplaintReason, NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.complaint import Kind

PARTS = ("cause", "remedy")
MOST_NAME = 80


def classify(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    kind: Kind,
    *,
    cause_id: int | None = None,
    remedy_id: int | None = None,
) -> None:
    """Say what kind of matter it is; cause and remedy belong to complaints alone.

    Raises ``NotPossible``, ``NotFound``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        is_complaint = kind is Kind.COMPLAINT
        cause = _reason(session, "cause", cause_id, ticket.cause_id) if is_complaint else None
        remedy = _reason(session, "remedy", remedy_id, ticket.remedy_id) if is_complaint else None
        before = (ticket.kind, ticket.cause_id, ticket.remedy_id)
        ticket.kind = kind.value
        ticket.cause_id = cause.id if cause else None
        ticket.remedy_id = remedy.id if remedy else None
        if before != (ticket.kind, ticket.cause_id, ticket.remedy_id):
            audit.record(
                session, actor, "ticket.classified", ticket=ticket, kind=kind.value,
                cause=cause.name_en if cause else "", remedy=remedy.name_en if remedy else "",
            )  # fmt: skip


def _reason(
    session: WriteSession, part: str, wanted: int | None, present: int | None
) -> ComplaintReason | None:
    """An active one of the list, or the one that is there already."""
    if wanted is None:
        return None
    reason = session.get(ComplaintReason, wanted)
    if reason is None or reason.part != part or not (reason.active or reason.id == present):
        raise NotFound("There is no such entry in the list.")
    return reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, as an admin writes it."""

    name_en: str
    name_zh: str = ""
    active: bool = True
    position: int = 0


def add_reason(desk: Desk, actor: Actor, part: str, entry: Entry) -> int:
    """Put an entry at the end of the list of causes or of remedies; its number."""
    actor.must_be(Role.ADMIN)
    if part not in PARTS:
        raise NotFound("There is no such list.")
    with desk.write() as session:
        last = select(func.max(ComplaintReason.position)).where(ComplaintReason.part == part)
        reason = ComplaintReason(
            part=part, name_en=_name(entry.name_en), name_zh=entry.name_zh.strip()[:MOST_NAME],
            active=True, position=(session.scalar(last) or 0) + 1,
        )  # fmt: skip
        session.add(reason)
        session.flush()
        audit.record(session, actor, "complaint_reason.added", reason=reason.name_en, part=part)
        return reason.id


def change_reason(desk: Desk, actor: Actor, reason_id: int, entry: Entry) -> None:
    """Rename an entry, move it, or take it out of use. Raises ``NotPossible``, ``NotFound``."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        reason = session.get(ComplaintReason, reason_id)
        if reason is None:
            raise NotFound("There is no such entry in the list.")
        reason.name_en, reason.name_zh = _name(entry.name_en), entry.name_zh.strip()[:MOST_NAME]
        reason.active, reason.position = entry.active, entry.position
        audit.record(
            session, actor, "complaint_reason.changed", reason=reason.name_en,
            part=reason.part, active=entry.active,
        )  # fmt: skip


def _name(given: str) -> str:
    name = " ".join(given.split())[:MOST_NAME]
    if not name:
        raise NotPossible("Give it a name.")
    return name
