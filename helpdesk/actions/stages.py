"""A customer's stage: computed by the rule when it is due, or said by an agent; its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from helpdesk.actions import audit
from helpdesk.actions.customer_record import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Customer, NotPossible, StageChange, now
from helpdesk.queries.stage_facts import facts_of
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.lifecycle import Facts, Stage, stage_of

BATCH = 25  # customers in one transaction
FAR = datetime(9999, 1, 1, tzinfo=now().tzinfo)


def heard(customer: Customer, *, is_new: bool) -> None:
    """The customer has written. Where that may change the stage, the next round computes it."""
    if is_new or customer.stage in (Stage.AT_RISK, Stage.LAPSED):
        customer.stage_due_at = None


def compute_due(desk: Desk, limit: int = BATCH) -> int:
    """Compute some of the stages that are due; how many they were."""
    moment = now()
    is_due = and_(
        or_(Customer.stage_due_at.is_(None), Customer.stage_due_at <= moment),
        Customer.merged_into_id.is_(None),
    )
    with desk.read() as session:
        if session.scalar(select(Customer.id).where(is_due).limit(1)) is None:
            return 0
    with desk.write() as session:
        found = session.scalars(
            select(Customer)
            .where(is_due)
            .order_by(Customer.id)
            .limit(limit)
            .with_for_update(of=Customer, skip_locked=True, key_share=True)
        ).all()
        facts = facts_of(session, [customer.id for customer in found])
        for customer in found:
            _compute(session, customer, facts[customer.id], moment)
        return len(found)


def _compute(session: WriteSession, customer: Customer, facts: Facts, moment: datetime) -> None:
    """The agent's word stands until it ends; then the rule speaks again."""
    if customer.stage_by_id is not None:
        if customer.stage_until is None or customer.stage_until > moment:
            customer.stage_due_at = customer.stage_until or FAR
            return
        customer.stage_by_id = customer.stage_until = None
    verdict = stage_of(facts, moment)
    why = {"rule": verdict.why.value, "days": verdict.days}
    if customer.stage != verdict.stage.value:
        _enter(session, SYSTEM, customer, verdict.stage, why, moment)
    customer.stage_why, customer.stage_due_at = why, verdict.due_at or FAR


def _enter(
    session: WriteSession,
    actor: Actor,
    customer: Customer,
    stage: Stage,
    why: dict[str, Any],
    moment: datetime,
    until: datetime | None = None,
) -> None:
    session.add(
        StageChange(
            customer_id=customer.id, stage=stage.value, was=customer.stage or "", why=why,
            agent_id=actor.id, agent_name=actor.name if actor.id else "", until=until, at=moment,
        )
    )  # fmt: skip
    customer.stage, customer.stage_since, customer.stage_why = stage.value, moment, why


def override(
    desk: Desk, actor: Actor, customer_id: int, stage: str, reason: str, until: datetime | None
) -> None:
    """An agent says otherwise, why, and until when (None: until somebody takes it back)."""
    if stage not in {known.value for known in Stage}:
        raise NotPossible("There is no such stage.")
    if not reason.strip():
        raise NotPossible("Say why the rule is wrong about this customer.")
    moment = now()
    if until is not None and until <= moment:
        raise NotPossible("Choose an end that is still to come.")
    with changing(desk, actor, customer_id) as (session, customer):
        why = {"reason": reason.strip()[:500]}
        _enter(session, actor, customer, Stage(stage), why, moment, until)
        customer.stage_by_id, customer.stage_until = actor.id, until
        customer.stage_due_at = until or FAR
        audit.record(session, actor, "customer.stage_set", customer_id=customer.id,
                     reason=why["reason"], to=stage)  # fmt: skip


def end_override(desk: Desk, actor: Actor, customer_id: int) -> None:
    """Let the rule speak again."""
    with changing(desk, actor, customer_id) as (session, customer):
        if customer.stage_by_id is None:
            return
        customer.stage_by_id = customer.stage_until = None
        _compute(session, customer, facts_of(session, [customer.id])[customer.id], now())
        audit.record(session, actor, "customer.stage_freed", customer_id=customer.id)
