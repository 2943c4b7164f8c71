"""What an actor may see. Every read passes through here: pages, API, search, sockets, files."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.models.article import Article, ArticleStatus, ArticleText
from helpdesk.models.message import Message
from helpdesk.models.staff import Team, team_members
from helpdesk.models.ticket import Participant, Ticket
from helpdesk.rules.actor import Actor, ActorKind, Role
from helpdesk.rules.refusal import Refusal


class NotFound(Refusal):
    """There is no such thing, or the actor may not know of it."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` may see a ticket."""
    if actor.kind in (ActorKind.SYSTEM, ActorKind.BOT):
        return true()
    if actor.kind is ActorKind.AGENT:
        if not actor.hidden_teams:
            return true()
        return or_(
            Ticket.team_id.is_(None),
            Ticket.team_id.not_in(sorted(actor.hidden_teams)),
            Ticket.assignee_id == actor.id,
        )
    if actor.contact_point_id is None:
        return false()
    return exists().where(
        Participant.ticket_id == Ticket.id,
        Participant.contact_point_id == actor.contact_point_id,
        Participant.confirmed_at.is_not(None),
    )


def messages_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` may see a message of a ticket they may see."""
    if actor.kind is ActorKind.CUSTOMER:
        return and_(Message.visibility == "public", Message.automatic == "")
    return true()


def texts_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition, beside the join of texts and articles, under which ``actor`` may read one."""
    if actor.is_staff:
        return true()
    return and_(ArticleText.status == ArticleStatus.PUBLISHED.value, Article.is_public.is_(True))


def ticket_for(session: Session, actor: Actor, ticket_id: int, *, lock: bool = False) -> Ticket:
    """The ticket, if ``actor`` may see it. ``lock`` takes its row for this transaction.

    Raises ``NotFound``, which also hides that a ticket of others exists.
    """
    question = select(Ticket).where(Ticket.id == ticket_id, visible_to(actor))
    if lock:
        question = question.with_for_update(of=Ticket)
    ticket = session.scalars(question).one_or_none() if 0 < ticket_id < 2**31 else None
    if ticket is None:
        raise NotFound("There is no ticket %(ticket)s.", ticket=ticket_id)
    return ticket


def hidden_teams(session: Session, agent_id: int, role: str) -> frozenset[int]:
    """The private teams whose tickets this agent must not see."""
    if role == Role.ADMIN.value:
        return frozenset()
    mine = select(team_members.c.team_id).where(team_members.c.agent_id == agent_id)
    hidden = select(Team.id).where(Team.is_private.is_(True), Team.id.not_in(mine))
    return frozenset(session.scalars(hidden))
