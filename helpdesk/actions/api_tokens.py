"""API tokens: made once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import ApiToken
from helpdesk.rules.actor import Actor

PREFIX = "hd_"


def create_token(desk: Desk, actor: Actor, name: str) -> str:
    """A new token that acts for ``actor``; this is the only time it can be read."""
    actor.must_be_staff()
    token = PREFIX + secrets.token_urlsafe(32)
    with desk.write() as session:
        session.add(ApiToken(agent_id=actor.id, name=name, sha256=digest(token)))
        audit.record(session, actor, "api_token.created", name=name)
    return token


def digest(token: str) -> str:
    """What is stored: a plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
