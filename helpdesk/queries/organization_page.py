"""Organizations, and the page of one: its people and their tickets."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import Customer, Organization, Ticket
from helpdesk.models.visibility import NotFound, customers_visible_to, visible_to
from helpdesk.queries.customer_list import Lines, Wanted, customer_list
from helpdesk.rules.actor import Actor

PAGE = 60
TICKETS = 12


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    id: int
    name: str
    domain: str
    takes_by_domain: bool
    people: int
    external_id: str | None


def organizations(
    session: Session, actor: Actor, q: str = "", after: str = ""
) -> list[OrganizationLine]:
    """Organizations by name, one more than a page; of their people, those who may be seen."""
    people = (
        select(func.count(Customer.id))
        .where(
            Customer.organization_id == Organization.id, Customer.merged_into_id.is_(None),
            customers_visible_to(actor),
        )
        .correlate(Organization)
        .scalar_subquery()
    )  # fmt: skip
    question = select(
        Organization.id, Organization.name, Organization.domain,
        func.coalesce(Organization.takes_by_domain, False), people, Organization.external_id,
    )  # fmt: skip
    if q:
        question = question.where(Organization.name.icontains(q, autoescape=True))
    if after:
        question = question.where(Organization.name > after)
    return [
        OrganizationLine(*row)
        for row in session.execute(question.order_by(Organization.name).limit(PAGE + 1))
    ]


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    organization: Organization
    people: Lines
    tickets: list[Ticket]
    older: int  # where their next page goes on; 0 when there is none


def organization_page(
    session: Session,
    actor: Actor,
    organization_id: int,
    after: int | None = None,
    before: int | None = None,
) -> OrganizationPage:
    """An organization with those of its people and tickets that ``actor`` may see; ``after`` is
    the place of the page before among the people, ``before`` among the tickets."""
    known = session.get(Organization, organization_id) if organization_id < 2**31 else None
    if known is None:
        raise NotFound("There is no such organization.")
    people = customer_list(session, actor, Wanted(organization=known.id, after=after))
    return OrganizationPage(known, people, *_tickets(session, actor, known.id, before))


def _tickets(
    session: Session, actor: Actor, organization_id: int, before: int | None
) -> tuple[list[Ticket], int]:
    question = (
        select(Ticket)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Customer.organization_id == organization_id, visible_to(actor))
        .options(joinedload(Ticket.customer))
        .order_by(Ticket.id.desc())
        .limit(TICKETS + 1)
    )
    if before is not None:
        question = question.where(Ticket.id < before)
    found = list(session.scalars(question).unique())
    return found[:TICKETS], found[TICKETS - 1].id if len(found) > TICKETS else 0
