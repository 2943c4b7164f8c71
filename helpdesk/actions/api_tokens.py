"""API tokens: made once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import ApiToken, NotPossible, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.api_scope import ALL

PREFIX = "hd_"
NOTED_EVERY = timedelta(minutes=1)


def create_token(
    desk: Desk,
    actor: Actor,
    name: str,
    *,
    scopes: Collection[str] = ALL,
    days: int | None = None,
) -> str:
    """A new token that acts for ``actor``; this is the only time it can be read.

    It may do what both ``scopes`` and the agent's role allow, for so many ``days`` (None: until it
    is revoked). Raises ``NotPossible``.
    """
    actor.must_be_staff()
    strange = set(scopes) - set(ALL)
    if strange:
        raise NotPossible("There is no scope %(scope)s.", scope=min(strange))
    name, wanted = " ".join(name.split())[:80], [scope for scope in ALL if scope in set(scopes)]
    if not name:
        raise NotPossible("Say what the token is for.")
    if not wanted:
        raise NotPossible("Choose what the token may do.")
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = now() + timedelta(days=days) if days else None
    with desk.write() as session:
        session.add(
            ApiToken(
                agent_id=actor.id,
                name=name,
                sha256=digest(token),
                scopes=[scope.value for scope in wanted],
                expires_at=expires_at,
            )
        )
        audit.record(
            session, actor, "api_token.created", name=name, scopes=[s.value for s in wanted]
        )
    return token


def revoke_token(desk: Desk, actor: Actor, token_id: int) -> None:
    """From now on the token opens nothing. One's own, or anybody's for an admin."""
    actor.must_be_staff()
    with desk.write() as session:
        token = session.get(ApiToken, token_id)
        if token is None or (token.agent_id != actor.id and actor.role is not Role.ADMIN):
            raise NotFound("There is no such token.")
        if token.revoked_at is None:
            token.revoked_at = now()
            audit.record(session, actor, "api_token.revoked", name=token.name, token=token_id)


def digest(token: str) -> str:
    """What is stored: a plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def used(desk: Desk, token_id: int, noted: datetime | None) -> None:
    """Note that a token is in use, once a minute at most. ``noted`` is when that was noted last."""
    if noted is not None and now() - noted < NOTED_EVERY:
        return
    with desk.write() as session:
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now()))
