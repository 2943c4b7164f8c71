"""Which tickets that ended may be asked about now, and what the record says about asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Exists, and_, exists, or_, select, text
from sqlalchemy.orm import Session

from helpdesk.models import (
    ContactPoint,
    Inbox,
    Message,
    Participant,
    QueueGroup,
    Survey,
    SurveyInbox,
    SurveyInvitation,
    Ticket,
    now,
)
from helpdesk.models.survey import DELAY, USUAL_DELAY
from helpdesk.rules import survey as rules
from helpdesk.rules.actor import ActorKind
from helpdesk.rules.status import Status
from helpdesk.rules.survey import EndedTicket, SurveyKind

MOST = 200  # tickets that one look takes


def due(session: Session, survey: Survey) -> list[int]:
    """The tickets that it is time to consider, the longest ended first."""
    moment = now()
    if survey.active_since is None:
        return []
    since = max(survey.active_since, moment - rules.LOOKS_BACK)
    rows = session.execute(
        select(
            Ticket.id, Ticket.ended_at, Inbox.channel, SurveyInbox.delay_minutes,
            _is_here(moment).label("is_here"),
        )
        .join(Inbox, Inbox.id == Ticket.inbox_id)
        .outerjoin(
            SurveyInbox,
            and_(SurveyInbox.inbox_id == Inbox.id, SurveyInbox.survey_id == survey.id),
        )
        .where(
            text(f"tickets.{QueueGroup.ENDED}"), Ticket.queue_at >= since,
            Ticket.ended_at >= since,
            or_(SurveyInbox.id.is_(None), SurveyInbox.active.is_(True)),
            ~_is_considered(),
        )
        .order_by(Ticket.queue_at, Ticket.id)
    ).all()  # fmt: skip
    found = (
        row.id for row in rows
        if rules.is_due(
            moment - row.ended_at, _delay(row.channel, row.delay_minutes),
            in_chat=row.channel == "chat", is_here=row.is_here,
        )
    )  # fmt: skip
    return [ticket for ticket, _ in zip(found, range(MOST), strict=False)]


def active(session: Session) -> Survey | None:
    return session.scalar(
        select(Survey).where(Survey.kind == SurveyKind.CSAT.value, Survey.active.is_(True))
    )


def _delay(channel: str, minutes: int | None) -> timedelta:
    usual = DELAY.get(channel, USUAL_DELAY)
    return timedelta(minutes=usual if minutes is None else minutes)


def _is_here(moment: datetime) -> Exists:
    return exists().where(
        Participant.ticket_id == Ticket.id,
        ContactPoint.id == Participant.contact_point_id,
        ContactPoint.kind == "visitor",
        ContactPoint.last_seen_at > moment - rules.IS_HERE,
    )


def _is_considered() -> Exists:
    return exists().where(
        SurveyInvitation.ticket_id == Ticket.id,
        SurveyInvitation.kind == SurveyKind.CSAT.value,
        or_(
            SurveyInvitation.sent_at.is_not(None),
            SurveyInvitation.considered_at >= Ticket.ended_at,
        ),
    )


def is_done(session: Session, ticket: Ticket) -> bool:
    return bool(session.scalar(select(_is_considered()).where(Ticket.id == ticket.id)))


@dataclass(frozen=True, slots=True)
class Asking:
    """What the record says about asking, and the addresses there are."""

    facts: EndedTicket
    visitor: ContactPoint | None
    mail: ContactPoint | None


def look(session: Session, survey: Survey, ticket: Ticket) -> Asking:
    visitor, mail = _visitor(session, ticket), _mail_point(session, ticket)
    said = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.visibility == "public", Message.automatic == ""
    )
    ours = (ActorKind.AGENT.value, ActorKind.BOT.value, ActorKind.SYSTEM.value)
    answers = said.where(Message.direction == "outbound", Message.author_kind.in_(ours))
    facts = EndedTicket(
        status=Status(ticket.status),
        answered=session.scalar(answers.limit(1)) is not None,
        by_person=session.scalar(said.where(Message.direction == "inbound").limit(1)) is not None,
        tags=frozenset(tag.name for tag in ticket.tags),
        asked_lately=_asked_lately(session, survey, ticket),
        is_here=visitor is not None,
        mail=mail is not None,
    )
    return Asking(facts, visitor, mail)


def _visitor(session: Session, ticket: Ticket) -> ContactPoint | None:
    """The visitor whose chat this is, while their page is open."""
    return session.scalar(
        select(ContactPoint)
        .join(Participant, Participant.contact_point_id == ContactPoint.id)
        .where(
            Participant.ticket_id == ticket.id, Participant.role == "requester",
            Participant.confirmed_at.is_not(None), ContactPoint.kind == "visitor",
            ContactPoint.last_seen_at > now() - rules.IS_HERE,
        )
        .order_by(ContactPoint.last_seen_at.desc())
        .limit(1)
    )  # fmt: skip


def _mail_point(session: Session, ticket: Ticket) -> ContactPoint | None:
    """The requester's address that we answer to here, else a verified one of theirs."""
    if session.scalar(select(Inbox.id).where(Inbox.channel == "email", Inbox.active)) is None:
        return None
    answered = exists().where(
        Participant.ticket_id == ticket.id, Participant.contact_point_id == ContactPoint.id,
        Participant.role == "requester", Participant.confirmed_at.is_not(None),
    )  # fmt: skip
    return session.scalar(
        select(ContactPoint)
        .where(
            ContactPoint.customer_id == ticket.customer_id, ContactPoint.kind == "email",
            ContactPoint.unreachable_at.is_(None),
            or_(answered, ContactPoint.verified_at.is_not(None)),
        )
        .order_by(answered.desc(), ContactPoint.id)
        .limit(1)
    )  # fmt: skip


def _asked_lately(session: Session, survey: Survey, ticket: Ticket) -> bool:
    """By the ticket's customer of today: whoever was merged into them counts, too."""
    since = now() - timedelta(days=survey.fatigue_days)
    asked = (
        select(SurveyInvitation.id)
        .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
        .where(Ticket.customer_id == ticket.customer_id, SurveyInvitation.sent_at > since)
    )
    return session.scalar(asked.limit(1)) is not None
