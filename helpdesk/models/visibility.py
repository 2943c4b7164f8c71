"""What an actor may see. Every read passes through here: pages, API, search, sockets, files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased, joinedload

from helpdesk.models.article import Article, ArticleStatus, ArticleText
from helpdesk.models.customer import ContactPoint, Customer
from helpdesk.models.delivery import Delivery
from helpdesk.models.message import Message
from helpdesk.models.staff import Team, team_members
from helpdesk.models.ticket import NotPossible, Participant, Ticket
from helpdesk.models.ticket_merge import TicketMerge
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
    return _takes_part(literal(actor.contact_point_id))


def _takes_part(contact_point: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        Participant.ticket_id == Ticket.id,
        Participant.contact_point_id == contact_point,
        Participant.confirmed_at.is_not(None),
    )


VISIBLE_TO_POINT = _takes_part(bindparam("point", type_=Integer))
"""``visible_to`` the customer at the contact point ``:point``, for statements built once."""


def messages_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` may see a message of a ticket they may see."""
    if actor.kind is not ActorKind.CUSTOMER:
        return true()
    return and_(MESSAGES_OF_CUSTOMERS, _is_meant_for(literal(actor.contact_point_id or 0)))


MESSAGES_OF_CUSTOMERS = and_(
    Message.visibility == "public", Message.automatic == "", Message.hold.is_(None)
)
"""What a customer may see of a ticket that is theirs alone."""


def _is_meant_for(contact_point: ColumnElement[int]) -> ColumnElement[bool]:
    """Once another ticket became part of theirs, or theirs of another, a customer sees what they
    said and what was sent to them, at whichever of their addresses; of the others' words nothing.
    """
    here, other = aliased(ContactPoint), aliased(ContactPoint)
    theirs = (
        select(other.id)
        .join(here, here.customer_id == other.customer_id)
        .where(here.id == contact_point)
    )
    is_joined = exists().where(
        TicketMerge.into_id == Message.ticket_id, TicketMerge.undone_at.is_(None)
    )
    is_sent = exists().where(
        Delivery.message_id == Message.id, Delivery.contact_point_id.in_(theirs)
    )
    return or_(~is_joined, Message.contact_point_id.in_(theirs), is_sent)


MESSAGES_FOR_POINT = and_(MESSAGES_OF_CUSTOMERS, _is_meant_for(bindparam("point", type_=Integer)))
"""``messages_visible_to`` the customer at the contact point ``:point``, for statements built
once."""


def texts_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition, beside the join of texts and articles, under which ``actor`` may read one."""
    if actor.is_staff:
        return true()
    return and_(ArticleText.status == ArticleStatus.PUBLISHED.value, Article.is_public.is_(True))


def ticket_for(
    session: Session, actor: Actor, ticket_id: int, *, lock: bool = False, merged: bool = False
) -> Ticket:
    """The ticket, if ``actor`` may see it. ``lock`` takes its row for this transaction.

    Raises ``NotFound``, which also hides that a ticket of others exists, and, where it would be
    locked and is part of another ticket now, ``NotPossible``, unless ``merged`` says that it may.
    """
    wanted = {"ticket": ticket_id if 0 < ticket_id < 2**31 else 0}
    ticket = session.scalars(_ticket(actor, lock), wanted).unique().one_or_none()
    if ticket is None:
        raise NotFound("There is no ticket %(ticket)s.", ticket=ticket_id)
    if lock and not merged and ticket.merged_into_id is not None:
        raise NotPossible(
            "Ticket %(ticket)s is part of ticket %(into)s now. Go on there.",
            ticket=ticket.id, into=ticket.merged_into_id,
        )  # fmt: skip
    return ticket


@lru_cache(1024)
def _ticket(actor: Actor, lock: bool) -> Select[Ticket]:
    """Built once an actor. Who changes a ticket mostly needs its requester, too."""
    question = select(Ticket).where(Ticket.id == bindparam("ticket"), visible_to(actor))
    if not lock:
        return question
    requester = joinedload(Ticket.customer, innerjoin=True).joinedload(Customer.contact_points)
    inbox = joinedload(Ticket.inbox, innerjoin=True)
    return question.options(requester, inbox).with_for_update(of=Ticket)


def customers_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` may see a customer's record: they may see one of the
    tickets, or there is none. Of the record of somebody who only ever wrote to a private team,
    the others learn nothing, not even that it is there; of what is part of that record as little.
    """
    if actor.kind is ActorKind.CUSTOMER:
        return false()
    if not actor.hidden_teams:
        return true()
    theirs = Ticket.customer_id == func.coalesce(Customer.merged_into_id, Customer.id)
    return or_(~exists().where(theirs), exists().where(theirs, visible_to(actor)))


def customer_for(
    session: Session, actor: Actor, customer_id: int, *, lock: bool = False
) -> Customer:
    """The record, or the one it is part of, if ``actor`` may see it. Raises ``NotFound``."""
    number = customer_id if 0 < customer_id < 2**31 else 0
    root = select(func.coalesce(Customer.merged_into_id, Customer.id)).where(Customer.id == number)
    question = select(Customer).where(
        Customer.id == root.scalar_subquery(), customers_visible_to(actor)
    )
    if lock:
        question = question.with_for_update(of=Customer, key_share=True)
    customer = session.scalars(question).one_or_none()
    if customer is None:
        raise NotFound("There is no customer %(customer)s.", customer=customer_id)
    return customer


def hidden_customers(session: Session, actor: Actor, numbers: Iterable[int]) -> set[int]:
    """Those of the customers ``numbers`` whose record ``actor`` must not see."""
    if not actor.hidden_teams:
        return set()
    among = Customer.id.in_(list(numbers))
    return set(session.scalars(select(Customer.id).where(among, ~customers_visible_to(actor))))


def hidden_teams(session: Session, agent_id: int, role: str) -> frozenset[int]:
    """The private teams whose tickets this agent must not see."""
    if role == Role.ADMIN.value:
        return frozenset()
    mine = select(team_members.c.team_id).where(team_members.c.agent_id == agent_id)
    hidden = select(Team.id).where(Team.is_private.is_(True), Team.id.not_in(mine))
    return frozenset(session.scalars(hidden))
