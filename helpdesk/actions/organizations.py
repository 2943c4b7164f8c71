"""Organizations: their names, and who belongs to them by the address that they proved."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import audit, customer_words, merge_values
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, NotPossible, Organization
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.organization_domain import NoDomain, check, domain_of

AT_ONCE = 500  # customers who join when the rule is switched on


def save(
    desk: Desk, actor: Actor, organization_id: int, *, name: str, domain: str, by_domain: bool
) -> int:
    """Set an organization's fields; how many joined it by the domain. Raises ``NotPossible``."""
    actor.must_be_staff()
    name, domain = " ".join(name.split())[:200], domain.strip().lower().removeprefix("@")
    if not name:
        raise NotPossible("An organization has a name.")
    if domain or by_domain:
        _check(domain)
    with desk.write() as session:
        organization = session.get(Organization, organization_id, with_for_update=True)
        if organization is None:
            raise NotFound("There is no such organization.")
        same = select(Organization.id).where(
            Organization.name == name, Organization.id != organization_id
        )
        if session.scalar(same) is not None:
            raise NotPossible("Another organization is called %(name)s.", name=name)
        organization.name, organization.domain = name, domain
        organization.takes_by_domain = by_domain
        audit.record(session, actor, "organization.edited", organization=organization_id,
                     name=name, domain=domain, by_domain=by_domain)  # fmt: skip
        session.flush()
        return _take_in(session, organization) if by_domain else 0


def _check(domain: str) -> None:
    try:
        check(domain)
    except NoDomain as fault:
        raise NotPossible(fault.words, **fault.values) from None


def _take_in(session: WriteSession, organization: Organization) -> int:
    """Those who have proved an address of the domain, and belong to nobody yet."""
    found = session.scalars(
        select(Customer)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(
            ContactPoint.kind == "email",
            ContactPoint.normalized.endswith(f"@{organization.domain}", autoescape=True),
            ContactPoint.verified_at.is_not(None),
            Customer.organization_id.is_(None),
            Customer.merged_into_id.is_(None),
        )
        .order_by(Customer.id)
        .limit(AT_ONCE)
    ).unique()
    joined = 0
    for customer in found:
        _put(session, customer, organization)
        joined += 1
    return joined


def join_by_domain(session: WriteSession, customer: Customer, point: ContactPoint) -> None:
    """Who proves an address of an organization's domain belongs to it, unless they have one."""
    if customer.organization_id is not None or point.kind != "email" or not point.is_verified:
        return
    organization = session.scalar(
        select(Organization).where(
            Organization.domain == domain_of(point.normalized),
            Organization.takes_by_domain.is_(True),
        )
    )
    if organization is not None:
        _put(session, customer, organization)


def _put(session: WriteSession, customer: Customer, organization: Organization) -> None:
    merge_values.change(session, customer, {"organization_id": organization.id})
    session.expire(customer, ["organization"])
    audit.record(
        session, SYSTEM, "customer.joined_organization", customer_id=customer.id,
        reason=f"A proved address of {organization.domain}", name=organization.name,
    )  # fmt: skip
    customer_words.index(session, customer)
