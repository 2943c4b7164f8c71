"""Customers that a team shares (公海), and those whom one of its agents holds (私海)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, select

from helpdesk.actions import audit, merge_values
from helpdesk.actions.customer_record import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, Customer, NotPossible, Pool, Team, Ticket, now, team_members
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.pool import LEADERS, PoolIsFull, Standing, check_claim, check_release

BATCH = 200  # customers in one round


def set_pool(desk: Desk, actor: Actor, team_id: int, *, cap: int, idle_days: int | None) -> int:
    """Give a team a pool, or change its bounds; the pool's id. Supervisors and admins may."""
    actor.must_be(*LEADERS)
    if not 0 <= cap <= 100_000 or not 0 <= (idle_days or 0) <= 3650:
        raise NotPossible("Choose a cap up to 100000 and at most 3650 days.")
    with desk.write() as session:
        if session.get(Team, team_id) is None or team_id in actor.hidden_teams:
            raise NotFound("There is no such team.")
        pool = session.scalar(select(Pool).where(Pool.team_id == team_id).with_for_update())
        if pool is None:
            pool = Pool(team_id=team_id)
            session.add(pool)
        pool.cap, pool.idle_days = cap, idle_days
        session.flush()
        audit.record(session, actor, "pool.set", team=team_id, cap=cap, idle_days=idle_days)
        return pool.id


def put(desk: Desk, actor: Actor, customer_id: int, pool_id: int | None) -> None:
    """Put a customer into a pool, where nobody holds them yet, or out of every pool."""
    actor.must_be(*LEADERS)
    with changing(desk, actor, customer_id) as (session, customer):
        if pool_id is not None:
            _pool(session, actor, pool_id)
        if customer.pool_id == pool_id:
            return
        _set(session, customer, pool_id, None)
        audit.record(session, actor, "customer.pooled", customer_id=customer.id, pool=pool_id)


def claim(desk: Desk, actor: Actor, customer_id: int, agent_id: int | None = None) -> None:
    """Let an agent hold a customer of a pool: oneself, or by a supervisor's word another.

    The pool's row is held meanwhile, so that two claims at once do not go beyond the cap.
    """
    agent_id = agent_id or actor.id
    with changing(desk, actor, customer_id) as (session, customer):
        if customer.pool_id is None:
            raise NotPossible("This customer is in no pool.")
        pool = _pool(session, actor, customer.pool_id, lock=True)
        agent = session.get(Agent, agent_id)
        if agent is None or not agent.active:
            raise NotFound("There is nobody of this number.")
        _check(actor, agent.id, _standing(session, customer, pool, agent.id))
        if customer.holder_id == agent.id:
            return
        _set(session, customer, pool.id, agent.id)
        audit.record(session, actor, "customer.claimed", customer_id=customer.id,
                     agent=agent.id, name=agent.name)  # fmt: skip


def _check(actor: Actor, agent_id: int, standing: Standing) -> None:
    try:
        check_claim(actor, agent_id, standing)
    except PoolIsFull as fault:
        raise NotPossible(fault.words, **fault.values) from None


def _standing(session: WriteSession, customer: Customer, pool: Pool, agent_id: int) -> Standing:
    held = select(func.count()).select_from(Customer).where(
        Customer.holder_id == agent_id, Customer.pool_id == pool.id,
        Customer.merged_into_id.is_(None),
    )  # fmt: skip
    member = select(team_members).where(
        team_members.c.team_id == pool.team_id, team_members.c.agent_id == agent_id
    )
    return Standing(
        holder_id=customer.holder_id, is_member=session.execute(member).first() is not None,
        held=session.scalar(held) or 0, cap=pool.cap,
    )  # fmt: skip


def release(desk: Desk, actor: Actor, customer_id: int, reason: str = "") -> None:
    """Give a held customer back to the pool."""
    with changing(desk, actor, customer_id) as (session, customer):
        if customer.holder_id is None:
            return
        check_release(actor, customer.holder_id)
        _release(session, actor, customer, reason)


def _release(session: WriteSession, actor: Actor, customer: Customer, reason: str) -> None:
    agent = customer.holder_id
    _set(session, customer, customer.pool_id, None)
    audit.record(session, actor, "customer.released", customer_id=customer.id, reason=reason,
                 agent=agent)  # fmt: skip


def release_idle(desk: Desk) -> int:
    """Free those with whom nothing has happened for longer than their pool allows."""
    with desk.read() as session:
        pools = [
            (pool.id, days)
            for pool in session.scalars(select(Pool))
            if (days := _days(desk, pool)) > 0
        ]
    return sum(_release_idle(desk, pool, days) for pool, days in pools)


def _days(desk: Desk, pool: Pool) -> int:
    return desk.settings.pool_idle_days if pool.idle_days is None else pool.idle_days


def _release_idle(desk: Desk, pool_id: int, days: int) -> int:
    since = now() - timedelta(days=days)
    stirred = exists().where(Ticket.customer_id == Customer.id, Ticket.changed_at > since)
    with desk.write() as session:
        found = session.scalars(
            select(Customer)
            .where(
                Customer.pool_id == pool_id,
                Customer.holder_id.is_not(None),
                Customer.held_at < since,
                Customer.merged_into_id.is_(None),
                ~stirred,
            )
            .order_by(Customer.id)
            .limit(BATCH)
            .with_for_update(of=Customer, skip_locked=True, key_share=True)
        ).all()
        for customer in found:
            _release(session, SYSTEM, customer, f"Nothing happened for {days} days")
        return len(found)


def _set(
    session: WriteSession, customer: Customer, pool_id: int | None, holder_id: int | None
) -> None:
    held_at = now() if holder_id is not None else None
    values = {"pool_id": pool_id, "holder_id": holder_id, "held_at": held_at}
    merge_values.change(session, customer, values)


def _pool(session: WriteSession, actor: Actor, pool_id: int, *, lock: bool = False) -> Pool:
    """A pool of a team that the actor may see."""
    question = select(Pool).where(Pool.id == pool_id)
    pool = session.scalar(question.with_for_update() if lock else question)
    if pool is None or pool.team_id in actor.hidden_teams:
        raise NotFound("There is no such pool.")
    return pool


def holder_for(session: WriteSession, customer: Customer, team_id: int | None) -> int | None:
    """Who gets a new ticket of this customer: the holder, if they work and may see it."""
    if customer.holder_id is None:
        return None
    agent = session.get(Agent, customer.holder_id)
    if agent is None or not agent.active:
        return None
    team = session.get(Team, team_id) if team_id is not None else None
    if team is None or not team.is_private or agent.role == Role.ADMIN.value:
        return agent.id
    return agent.id if any(own.id == team.id for own in agent.teams) else None
