"""The audit log: found by who, what, when and words; page by page; exported without danger."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import helpdesk
from helpdesk.actions import audit, tickets
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, now
from helpdesk.queries import audit_log
from helpdesk.queries.audit_log import Wanted
from helpdesk.rules.actor import SYSTEM, Actor, NotAllowed, Role
from helpdesk.rules.status import Priority
from helpdesk.web.audit_words import KINDS
from tests.factories import make_agent
from tests.web.conftest import Visit


@pytest.fixture
def boss(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Boss", Role.ADMIN)


@pytest.fixture
def as_boss(app: Flask, boss: Actor) -> Visit:
    return Visit(app.test_client()).enter(boss)


def happen(desk: Desk, actor: Actor, event: str, at: datetime | None = None, **data: object) -> int:
    with desk.write() as session:
        audit.record(session, actor, event, **data)  # type: ignore[arg-type]
        session.flush()
        row = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        row.at = at or row.at
        return row.id


def found(desk: Desk, boss: Actor, **wanted: object) -> list[str]:
    with desk.read() as session:
        page = audit_log.page(session, boss, Wanted(**wanted))  # type: ignore[arg-type]
    return [event.event for event in page.events]


EVENT = re.compile(r"[a-z_]+\.[a-z_]+")


def test_whatever_is_recorded_can_be_chosen() -> None:
    """Each event that the code writes down belongs to a kind of the list."""
    events = {event for path in Path(helpdesk.__path__[0]).rglob("*.py") for event in written(path)}
    assert len(events) > 100
    assert {"export.made", "agent.logged_in", "ticket.resolved"} <= events
    assert [e for e in sorted(events) if not any(e.startswith(kind) for kind, _ in KINDS)] == []


def written(path: Path) -> Iterator[str]:
    """The events that a module records: the third argument of ``audit.record`` and its kin."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and "record" in ast.unparse(node.func):
            for argument in node.args[2:3]:
                for one in ast.walk(argument):
                    if isinstance(one, ast.Constant) and EVENT.fullmatch(str(one.value)):
                        yield str(one.value)


def test_each_filter_finds_what_it_names(desk: Desk, boss: Actor, mei: Actor, ticket: int) -> None:
    tickets.set_priority(desk, mei, ticket, Priority.URGENT)
    old = datetime(2026, 1, 5, 12, tzinfo=UTC)
    happen(desk, mei, "tag.renamed", at=old, was="退款", name="50%_off")
    assert found(desk, boss, event="ticket.prioritized") == ["ticket.prioritized"]
    assert "ticket.prioritized" in found(desk, boss, event="ticket.")
    assert found(desk, boss, agent_id=mei.id) == ["ticket.prioritized", "tag.renamed"]
    assert "ticket.prioritized" in found(desk, boss, ticket_id=ticket)
    assert found(desk, boss, until=old + timedelta(days=1)) == ["tag.renamed"]
    since = old - timedelta(days=1)
    assert found(desk, boss, text="退款", since=since) == ["tag.renamed"]
    assert found(desk, boss, text="50%_off", since=since) == ["tag.renamed"]
    assert found(desk, boss, text="50%xoff", since=since) == [], "no sign is a wildcard"
    assert found(desk, boss, text="退款") == [], "without a day, words reach back a month"


def test_pages_go_on_where_the_last_one_ended(desk: Desk, boss: Actor) -> None:
    at = now()
    made = [happen(desk, boss, "tag.removed", at=at) for _ in range(120)]  # all in one moment
    seen: list[int] = []
    after = None
    with desk.read() as session:
        while True:
            page = audit_log.page(session, boss, Wanted(event="tag.removed"), after)
            seen += [event.id for event in page.events]
            if (after := page.next) is None:
                break
        assert seen == sorted(made, reverse=True)
        everything = list(audit_log.every(session, boss, Wanted(event="tag.removed")))
    assert [event.id for event in everything] == seen


def test_only_admins_read_it(desk: Desk, mei: Actor) -> None:
    with desk.read() as session:
        with pytest.raises(NotAllowed):
            audit_log.page(session, mei, Wanted())
        with pytest.raises(NotAllowed):
            list(audit_log.every(session, mei, Wanted()))


def test_the_page_leads_to_older_ones_with_the_same_filters(
    as_boss: Visit, desk: Desk, boss: Actor
) -> None:
    for number in range(60):
        happen(desk, boss, "tag.removed", name=f"n{number}")
    page = as_boss.get("/settings/audit?event=tag.removed&q=n").text
    link = page.split('class="row pages"><a class="button" href="')[1].split('"')[0]
    older = as_boss.get(link.replace("&amp;", "&")).text
    assert "name: n5<" in older
    assert "name: n55<" not in older
    for odd in ("?after=x", "?after=2026-01-01/1", "?since=never&agent=x&ticket=-1", "?q=%25"):
        assert as_boss.get(f"/settings/audit{odd}").status_code == 200, odd


def test_the_export_is_recorded_and_runs_no_formula(
    as_boss: Visit, desk: Desk, boss: Actor
) -> None:
    with desk.write() as session:
        audit.record(session, boss, "tag.removed", reason='=HYPERLINK("x")')
    answer = as_boss.get("/settings/audit/export.csv?event=tag.removed")
    assert answer.mimetype == "text/csv"
    head, row = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert head[:3] == ["at", "event", "actor"]
    assert row[6] == '\'=HYPERLINK("x")'
    assert found(desk, boss, event="audit.exported") == ["audit.exported"]


def test_logins_and_failed_logins_stand_in_it(
    stranger: Visit, desk: Desk, boss: Actor, mei: Actor
) -> None:
    stranger.sign_in(mei.email, "a wrong password")
    stranger.sign_in(mei.email)
    with desk.read() as session:
        page = audit_log.page(session, SYSTEM, Wanted(event="agent."))
    told = {event.event: event.data for event in page.events}
    assert {"agent.login_failed", "agent.logged_in"} <= set(told)
    assert "a wrong password" not in str(told)
    assert told["agent.logged_in"]["address"] == "127.0.0.1"
