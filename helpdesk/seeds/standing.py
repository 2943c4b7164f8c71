"""Where the demo's customers stand with the company: tiers, companies, pools, holders, notes."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select, update

from helpdesk.actions import customer_words, stages
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Agent,
    AuditEvent,
    ContactPoint,
    Customer,
    CustomerNote,
    Order,
    Organization,
    Pool,
    StageChange,
    Team,
)
from helpdesk.rules.tier import Tier
from helpdesk.seeds import people
from helpdesk.seeds.company import JONAS, ORDERS, SHUHAO, TOMASZ, WARRANTY, Colleague
from helpdesk.seeds.people import Person

TIERS = {
    people.KONSTANTINOS: Tier.VIP,
    people.ALEKSANDRA: Tier.GOLD,
    people.SCOUTS: Tier.GOLD,
    people.LIHUA: Tier.SILVER,
    people.MEILING: Tier.SILVER,
}
POOLS = ((ORDERS, 30, 45), (WARRANTY, 20, None))
HELD: dict[Person, tuple[str, Colleague | None]] = {
    people.KONSTANTINOS: (ORDERS, JONAS),
    people.SCOUTS: (ORDERS, JONAS),
    people.FATIMA: (ORDERS, None),
    people.HANNAH: (ORDERS, None),
    people.GIULIA: (ORDERS, None),
    people.JIANGUO: (WARRANTY, SHUHAO),
    people.LIHUA: (WARRANTY, SHUHAO),
    people.ALEKSANDRA: (WARRANTY, TOMASZ),
    people.OSKAR: (WARRANTY, None),
    people.YUQING: (WARRANTY, None),
}
JOINS = {people.TOM: people.ALEKSANDRA, people.ELIF: people.FATIMA}  # of whose organization
REFUNDED = {"TF-20877": "1210.00", "TF-20842": "164.00", "TF-20799": "25.00"}
NOTES = {
    people.KONSTANTINOS: (JONAS, "Orders for the whole expedition in spring. Call before changing "
                          "anything: the customs papers name each tent."),
    people.JIANGUO: (SHUHAO, "山上信号不好，下午四点以后短信联系最方便。"),
}  # fmt: skip


def plant_standing(desk: Desk, moment: datetime) -> None:
    """Once: a desk that has a pool has been here before."""
    with desk.write() as session:
        if session.scalar(select(Pool.id).limit(1)) is not None:
            return
        found = _found(session)
        agents = {agent.email: agent for agent in session.scalars(select(Agent))}
        _tiers_and_companies(session, found)
        _pools(session, found, agents, moment)
        _notes(session, found, agents, moment)
        for number, amount in REFUNDED.items():
            order = session.scalar(select(Order).where(Order.external_id == number))
            if order is not None:
                order.refunded_amount = Decimal(amount)
        session.flush()
        for customer in found.values():
            customer_words.index(session, customer)
    stages.compute_due(desk, limit=len(people.PEOPLE) + 10)
    _date_back(desk, [customer.id for customer in found.values()])


def _date_back(desk: Desk, customers: list[int]) -> None:
    """The record was made when they came, and the stage was entered by their last order."""
    with desk.write() as session:
        for customer in session.scalars(select(Customer).where(Customer.id.in_(customers))):
            placed = session.scalar(
                select(func.max(Order.placed_at)).where(Order.customer_id == customer.id)
            )
            customer.stage_since = placed or customer.created_at
            session.execute(
                update(StageChange)
                .where(StageChange.customer_id == customer.id)
                .values(at=customer.stage_since)
            )
            session.execute(
                update(AuditEvent)
                .where(AuditEvent.customer_id == customer.id, AuditEvent.event == "customer.added")
                .values(at=customer.created_at)
            )


def _found(session: WriteSession) -> dict[Person, Customer]:
    """The customers whom the stories know, by one of their addresses."""
    found = {}
    for person in people.PEOPLE:
        value = person.email or person.phone
        point = session.scalar(select(ContactPoint).where(ContactPoint.normalized == value))
        if point is not None:
            found[person] = point.customer
    return found


def _tiers_and_companies(session: WriteSession, found: dict[Person, Customer]) -> None:
    for person, tier in TIERS.items():
        if person in found:
            found[person].tier = tier.value
    for person, colleague in JOINS.items():
        if person in found and colleague in found:
            found[person].organization_id = found[colleague].organization_id
    clubs = session.scalars(
        select(Organization).where(Organization.domain == "dunewalkers.example")
    )
    for club in clubs:
        club.takes_by_domain = True
    if people.JIANGUO in found:
        found[people.JIANGUO].preferred_channel = "sms"
        found[people.JIANGUO].preferred_hour = 16


def _pools(
    session: WriteSession,
    found: dict[Person, Customer],
    agents: dict[str, Agent],
    moment: datetime,
) -> None:
    teams = {team.name: team.id for team in session.scalars(select(Team))}
    pools = {name: Pool(team_id=teams[name], cap=cap, idle_days=days) for name, cap, days in POOLS}
    session.add_all(pools.values())
    session.flush()
    for days, (person, (team, holder)) in enumerate(HELD.items(), start=2):
        if person in found:
            customer = found[person]
            customer.pool_id = pools[team].id
            if holder is not None and holder.email in agents:
                customer.holder_id = agents[holder.email].id
                customer.held_at = moment - timedelta(days=days)


def _notes(
    session: WriteSession,
    found: dict[Person, Customer],
    agents: dict[str, Agent],
    moment: datetime,
) -> None:
    for days, (person, (author, text)) in enumerate(NOTES.items(), start=3):
        if person in found and author.email in agents:
            session.add(
                CustomerNote(
                    customer_id=found[person].id, author_id=agents[author.email].id,
                    author_name=author.name, text=text, created_at=moment - timedelta(days=days),
                )
            )  # fmt: skip
