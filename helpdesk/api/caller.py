"""Who calls: the agent of a bearer token, within its scopes and its rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, request
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute

from helpdesk.actions import api_tokens
from helpdesk.api.problem import Problem
from helpdesk.desk import Desk
from helpdesk.extensions import limiter
from helpdesk.queries.token_holder import token_holder
from helpdesk.rules.actor import Actor
from helpdesk.rules.api_scope import Scope, allows

STRANGERS = RateLimitItemPerMinute(60)  # requests without a token that is known, by address


@dataclass(frozen=True, slots=True)
class Caller:
    """An agent as one of their tokens."""

    actor: Actor
    token_id: int
    scopes: tuple[str, ...]


def desk() -> Desk:
    return cast(Desk, current_app.extensions["desk"])


def identified() -> Caller:
    """The caller of this request. Raises ``Problem``: 401 without a token that is in force."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    with desk().read() as session:
        holder = token_holder(session, api_tokens.digest(given)) if given else None
    if holder is None:
        _count_stranger()
        said = "This token is not known, or not in force any more." if given else (
            "Send a token: Authorization: Bearer hd_..."
        )  # fmt: skip
        raise Problem(401, said, headers={"WWW-Authenticate": 'Bearer realm="helpdesk"'})
    api_tokens.used(desk(), holder.token_id, holder.last_used_at)
    return Caller(holder.actor, holder.token_id, holder.scopes)


def _count_stranger() -> None:
    if not limiter.limiter.hit(STRANGERS, "api-stranger", get_remote_address()):
        raise Problem(429, "Too many requests without a token. Wait a minute.",
                      headers={"Retry-After": "60"})  # fmt: skip


def must_be_allowed(caller: Caller, scope: Scope) -> None:
    """Raises ``Problem``: 403 for a token without the scope."""
    if not allows(caller.scopes, scope):
        raise Problem(403, f"This token lacks the scope {scope.value}.")


def count(caller: Caller) -> dict[str, str]:
    """Count a request against the token's rate; the headers that tell what is left."""
    most = desk().settings.api_requests_per_minute
    limit = RateLimitItemPerMinute(most)
    key = ("api", str(caller.token_id))
    is_within = limiter.limiter.hit(limit, *key)
    left = limiter.limiter.get_window_stats(limit, *key).remaining
    headers = {"RateLimit-Policy": f'"token";q={most};w=60', "RateLimit": f'"token";r={left}'}
    if not is_within:
        raise Problem(429, f"{most} requests a minute are the most for a token. Wait, then go on.",
                      headers={"Retry-After": "60", **headers})  # fmt: skip
    return headers
