"""What every part of the workspace needs."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from helpdesk.web.asked import Asked, asked
from helpdesk.web.current import me
from helpdesk.web.thread_reasons import reason


def shared_context(what: Asked | None = None) -> dict[str, Any]:
    """Who works here, and which part of the queue stands beside."""
    what = what or asked()
    return {
        "staff": me(),
        "view": what.name,
        "q": what.q,
        "query": what.query,
        "tickets_url": url_for("tickets.queue"),
        "files_url": "/attachments",
        "reason": reason,
    }


def number(name: str, default: int = 0) -> int:
    """A whole number in the address; anything else is ``default``."""
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else default


def place_asked() -> float:
    """The place in the transcript before which the address asks for more, or 0."""
    value = request.args.get("before", "")
    return float(value) if value.replace(".", "", 1).isdecimal() and len(value) < 26 else 0.0
