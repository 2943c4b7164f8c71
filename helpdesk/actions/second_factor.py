"""Two-factor login: an authenticator app, recovery codes, and for which roles it is a must."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions import audit, sessions
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, NotPossible, RecoveryCode, RolePolicy, SecondFactor, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules import second_factor as codes
from helpdesk.rules.actor import Actor, Role


def wrong_code() -> NotPossible:
    return NotPossible("This code is not right, or it was used already. Wait for the next one.")


def offer(desk: Desk, actor: Actor) -> str:
    """A secret for the agent's app, the same until a code confirms it. Raises ``NotPossible``."""
    with desk.write() as session:
        factor = session.get(SecondFactor, actor.id)
        if factor is None:
            sealed = desk.vault.seal({"secret": codes.new_secret()})
            factor = SecondFactor(agent_id=actor.id, sealed=sealed)
            session.add(factor)
        if factor.confirmed_at is not None:
            raise NotPossible("Two-factor login is on already.")
        return _secret(desk, factor)


def confirm(desk: Desk, actor: Actor, code: str, *, kept: int = 0) -> tuple[str, ...]:
    """Turn it on with a first code; the recovery codes, to be shown once.

    The agent's other browsers (all but session ``kept``) are signed out. Raises ``NotPossible``.
    """
    assert actor.id is not None
    with desk.write() as session:
        factor = session.get(SecondFactor, actor.id)
        if factor is None or factor.confirmed_at is not None:
            raise NotPossible("Two-factor login is on already.")
        if not _takes(session, desk, factor, code):
            raise wrong_code()
        factor.confirmed_at = now()
        sessions.end_all_of(session, actor.id, but=kept)
        audit.record(session, actor, "agent.second_factor_added")
        return _new_codes(session, actor.id)


def prove(desk: Desk, actor: Actor, code: str) -> bool:
    """Whether ``code`` is the app's, or an unused recovery code; either is taken once."""
    with desk.write() as session:
        factor = session.get(SecondFactor, actor.id)
        if factor is None or factor.confirmed_at is None:
            return False
        if _takes(session, desk, factor, code):
            return True
        if _takes_recovery(session, factor.agent_id, code):
            audit.record(session, actor, "agent.recovery_code_used")
            return True
        audit.record(session, actor, "agent.second_factor_failed")
        return False


def renew_codes(desk: Desk, actor: Actor, code: str) -> tuple[str, ...]:
    """New recovery codes in place of the old ones. Raises ``NotPossible`` for a wrong code."""
    assert actor.id is not None
    with desk.write() as session:
        factor = session.get(SecondFactor, actor.id)
        if factor is None or not _takes(session, desk, factor, code):
            raise wrong_code()
        audit.record(session, actor, "agent.recovery_codes_renewed")
        return _new_codes(session, actor.id)


def remove(desk: Desk, actor: Actor, code: str) -> None:
    """Turn one's own off; it needs a code, and a role that does not demand it."""
    assert actor.id is not None
    with desk.write() as session:
        factor = session.get(SecondFactor, actor.id)
        if factor is None:
            return
        if role_needs_it(session, actor.role):
            raise NotPossible("Your role must sign in with two factors.")
        if not (_takes(session, desk, factor, code) or _takes_recovery(session, actor.id, code)):
            raise wrong_code()
        _remove(session, actor.id)
        audit.record(session, actor, "agent.second_factor_removed", of=actor.name)


def reset(desk: Desk, actor: Actor, agent_id: int) -> None:
    """For an agent who lost app and recovery codes; admins. They are signed out everywhere."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        agent = session.get(Agent, agent_id)
        if agent is None:
            raise NotFound("There is no such agent.")
        _remove(session, agent_id)
        sessions.end_all_of(session, agent_id)
        audit.record(session, actor, "agent.second_factor_removed", of=agent.name, agent=agent_id)


def demand(desk: Desk, actor: Actor, role: Role, *, needed: bool) -> None:
    """Say whether all who hold ``role`` must sign in with two factors; from their next login."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        policy = session.get(RolePolicy, role.value) or RolePolicy(role=role.value)
        if policy.needs_second_factor == needed:
            return
        policy.needs_second_factor = needed
        session.add(policy)
        event = "role.second_factor_demanded" if needed else "role.second_factor_waived"
        audit.record(session, actor, event, role=role.value)


def role_needs_it(session: Session, role: Role | None) -> bool:
    return bool(
        session.scalar(
            select(RolePolicy.needs_second_factor).where(RolePolicy.role == (role or ""))
        )
    )


def is_on(session: Session, agent_id: int) -> bool:
    question = select(SecondFactor.confirmed_at).where(SecondFactor.agent_id == agent_id)
    return session.scalar(question) is not None


def _takes(session: WriteSession, desk: Desk, factor: SecondFactor, code: str) -> bool:
    """Take the code once: an UPDATE that a second use of the same step does not pass."""
    step = codes.step_of(_secret(desk, factor), code, now())
    if step is None:
        return False
    taken = session.execute(
        update(SecondFactor)
        .where(SecondFactor.agent_id == factor.agent_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _takes_recovery(session: WriteSession, agent_id: int, code: str) -> bool:
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.agent_id == agent_id,
            RecoveryCode.sha256 == codes.digest(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _new_codes(session: WriteSession, agent_id: int) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    made = codes.new_recovery_codes()
    session.add_all(RecoveryCode(agent_id=agent_id, sha256=codes.digest(one)) for one in made)
    return made


def _remove(session: WriteSession, agent_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    session.execute(delete(SecondFactor).where(SecondFactor.agent_id == agent_id))


def _secret(desk: Desk, factor: SecondFactor) -> str:
    return str(desk.vault.open(factor.sealed)["secret"])
