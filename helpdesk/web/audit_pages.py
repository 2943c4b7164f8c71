"""Settings: the audit log, and its export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, stream_with_context
from sqlalchemy import select

from helpdesk.actions import audit
from helpdesk.models import Agent
from helpdesk.queries import audit_log
from helpdesk.queries.audit_log import Wanted
from helpdesk.sheets.writing import Cell, written
from helpdesk.web import given
from helpdesk.web.audit_words import KINDS, event_words, told
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.exports import download
from helpdesk.web.settings_pages import must_be_admin
from helpdesk.web.thread_reasons import of_evidence

COLUMNS = ("at", "event", "actor", "actor_kind", "ticket", "customer", "reason", "data")

blueprint = Blueprint("audit", __name__, url_prefix="/settings/audit")
blueprint.before_request(must_be_signed_in)
blueprint.before_request(must_be_admin)


@blueprint.get("")
def log() -> str:
    wanted = _wanted()
    with desk().read() as reading:
        page = audit_log.page(reading, actor(), wanted, given.place(request.args.get("after", "")))
        agents = reading.execute(select(Agent.id, Agent.name).order_by(Agent.name)).all()
    kept = {k: v for k, v in request.args.items() if v and k != "after"}
    return render_template(
        "settings/audit.html",
        page=page,
        wanted=wanted,
        agents=agents,
        kinds=KINDS,
        told=told,
        event_words=event_words,
        reason=of_evidence,
        kept=kept,
        next=given.place_said(page.next),
    )


@blueprint.get("/export.<any(csv,xlsx):kind>")
def export(kind: str) -> Response:
    """What the filters find, as a table; that it was exported stands in the log."""
    wanted = _wanted()
    filters = {k: v for k, v in request.args.items() if v}
    with desk().write() as session:
        audit.record(session, actor(), "audit.exported", filters=filters)
    parts = stream_with_context(written(kind, _rows(wanted)))
    return download(parts, kind, f"audit-{date.today().isoformat()}")


def _rows(wanted: Wanted) -> Iterator[Sequence[Cell]]:
    yield COLUMNS
    who = actor()
    with desk().read() as reading:
        for event in audit_log.every(reading, who, wanted):
            yield (
                event.at.isoformat(), event.event, event.actor_name, event.actor_kind,
                event.ticket_id, event.customer_id, event.reason,
                json.dumps(event.data, ensure_ascii=False),
            )  # fmt: skip


def _wanted() -> Wanted:
    asked = request.args
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    return Wanted(
        event=asked.get("event", "").strip()[:64],
        agent_id=asked.get("agent", type=int),
        ticket_id=asked.get("ticket", type=int),
        customer_id=asked.get("customer", type=int),
        since=since,
        until=until + timedelta(days=1) if until else None,
        text=asked.get("q", "").strip()[:200],
    )


def _day(text: str) -> datetime | None:
    """Midnight of a day where the company is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(desk().settings.timezone))
