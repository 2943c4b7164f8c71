"""A request that is sent twice under one Idempotency-Key is carried out once.

As in draft-ietf-httpapi-idempotency-key-header: the answer is kept for a day; a repeat that
comes while the first is under way waits for it; another request under the same key is refused.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable

from flask import Response, g, request

from helpdesk.actions import idempotent_replies as replies
from helpdesk.api.caller import Caller, desk
from helpdesk.api.problem import MEDIA_TYPE, Problem

WAITS = 10.0  # seconds for the first request
LOOK_EVERY = 0.05

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def once(who: Caller, carry_out: Callable[[], Response]) -> Response:
    """The answer of ``carry_out``, or the one that the same request was given before."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return carry_out()
    if not _KEY.fullmatch(key):
        raise Problem(400, "An Idempotency-Key is 1 to 200 visible ASCII characters.")
    taken = _taken(who, key)
    if isinstance(taken, Response):
        return taken
    g.idempotency_key = f"api:{who.token_id}:{key}"
    try:
        response = carry_out()
    except Exception:
        replies.forget(desk(), taken)
        raise
    if response.status_code >= 500:
        replies.forget(desk(), taken)
        return response
    replies.keep(desk(), taken, response.status_code, response.get_data(as_text=True),
                 response.headers.get("Location", ""))  # fmt: skip
    return response


def key_of_request() -> str | None:
    """By what an action knows a repeat, even if the desk dies before the answer is kept."""
    key: str | None = g.get("idempotency_key")
    return key


def _taken(who: Caller, key: str) -> int | Response:
    """The number under which this request may run, or the answer that is there already."""
    until = time.monotonic() + WAITS
    while True:
        found = replies.take(desk(), who.token_id, key, _fingerprint())
        if isinstance(found, int):
            return found
        if found.fingerprint != _fingerprint():
            raise Problem(422, "Another request was sent under this Idempotency-Key.")
        if found.status:
            return _again(found)
        if time.monotonic() > until:
            raise Problem(409, "The first request under this Idempotency-Key is under way.",
                          headers={"Retry-After": "5"})  # fmt: skip
        time.sleep(LOOK_EVERY)


def _fingerprint() -> str:
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()


def _again(kept: replies.Kept) -> Response:
    kind = MEDIA_TYPE if kept.status >= 400 else "application/json"
    response = Response(kept.body, kept.status, content_type=kind)
    response.headers["Idempotent-Replay"] = "true"
    if kept.location:
        response.headers["Location"] = kept.location
    return response
