"""The queue: every view complete and in order, page by page, over both databases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, text

from helpdesk.desk import Desk
from helpdesk.models import Message, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.counts import counts
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import Actor, ActorKind, Role
from tests.factories import make_agent
from tests.queries.conftest import Plant, planted

TICKETS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["open", "waiting", "snoozed", "resolved", "closed"]),
            "minutes": st.integers(-5, 5),
            "team": st.sampled_from([None, 1, 2]),
            "assignee": st.sampled_from([None, "me"]),
        }
    ),
    max_size=25,
)
GROUPS = {
    "open": ("open",),
    "waiting": ("waiting",),
    "snoozed": ("snoozed",),
    "resolved": ("resolved", "closed"),
    "mine": ("open", "waiting"),
    "unassigned": ("open",),
    "team/1": ("open", "waiting"),
}


def _me(desk: Desk) -> Actor:
    agent = make_agent(desk)
    return Actor(ActorKind.AGENT, agent.id, agent.name, agent.email, Role.AGENT, frozenset({2}))


def _wanted(view: str, ticket: dict[str, Any]) -> bool:
    """What belongs into a view, said a second time in plain Python."""
    if ticket["team"] == 2 and ticket["assignee"] is None:
        return False
    if view == "mine" and ticket["assignee"] is None:
        return False
    if view == "unassigned" and ticket["assignee"] is not None:
        return False
    if view == "team/1" and ticket["team"] != 1:
        return False
    return ticket["status"] in GROUPS[view]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tickets=TICKETS, size=st.integers(1, 7))
def test_the_pages_together_are_the_whole_list(
    shared_desk: Desk, tickets: list[dict[str, Any]], size: int
) -> None:
    with shared_desk.write() as session:
        session.execute(delete(Message))
        session.execute(delete(Ticket))
    actor = _me(shared_desk)
    rows = [t | {"assignee": actor.id if t["assignee"] else None} for t in tickets]
    numbers = planted(shared_desk, rows)
    for view in GROUPS:
        places = [
            (ticket["minutes"], number)
            for ticket, number in zip(tickets, numbers, strict=True)
            if _wanted(view, ticket)
        ]
        whole = [number for _, number in sorted(places, reverse=view == "resolved")]
        assert _all_pages(shared_desk, actor, view, size) == whole, view
        with shared_desk.read() as session:
            named = view_named(view, actor)
            assert counts(session, actor, [named]) == {view: len(whole)}


def _all_pages(desk: Desk, actor: Actor, name: str, size: int) -> list[int]:
    found: list[int] = []
    after = ""
    with desk.read() as session:
        while True:
            page = ticket_list(session, actor, view_named(name, actor), after, size)
            assert len(page.rows) <= size
            found += [row.id for row in page.rows]
            after = page.after
            if not after:
                return found


def test_a_ticket_that_moves_on_never_hides_another(desk: Desk, plant: Plant) -> None:
    numbers = plant(desk, [{"minutes": n} for n in range(6)])
    actor = _me(desk)
    with desk.read() as session:
        first = ticket_list(session, actor, view_named("open", actor), "", 3)
    with desk.write() as session:
        session.get_one(Ticket, numbers[0]).status = "resolved"
    with desk.read() as session:
        second = ticket_list(session, actor, view_named("open", actor), first.after, 3)
    assert [row.id for row in first.rows + second.rows] == numbers


def test_every_view_walks_its_partial_index(desk: Desk, plant: Plant) -> None:
    plant(desk, [{"status": s, "minutes": n} for n in range(30) for s in ("open", "resolved")])
    actor = Actor(ActorKind.AGENT, 1, role=Role.AGENT, hidden_teams=frozenset({2}))
    for name in GROUPS:
        index = {"resolved": "ended", "team/1": "team"}.get(name, name)
        for after in ("", "1-1795348800000000-5"):
            plan = _plan(desk, actor, name, after)
            assert f"ix_tickets_{index}" in plan, plan
            assert "TEMP B-TREE" not in plan, plan


def _plan(desk: Desk, actor: Actor, name: str, after: str) -> str:
    """How the database carries out the statement that the page really sends."""
    sent: list[tuple[str, Any]] = []
    with desk.read() as session:
        connection = session.connection()

        @event.listens_for(connection, "before_cursor_execute")
        def note(*args: Any) -> None:
            sent.append((args[2], args[3]))

        if not desk.database.is_sqlite:  # a small table: let it choose as for a large one
            session.execute(text("SET enable_seqscan = off"))
            session.execute(text("SET enable_sort = off"))
        ticket_list(session, actor, view_named(name, actor), after)
        statement, values = sent[-1]
        explain = "EXPLAIN QUERY PLAN " if desk.database.is_sqlite else "EXPLAIN "
        return "\n".join(map(str, connection.exec_driver_sql(explain + statement, values)))


def test_counts_stop_where_a_glance_does(
    desk: Desk, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpdesk.queries import counts as module

    monkeypatch.setattr(module, "LIMIT", 3)
    plant(desk, [{}] * 5)
    actor = Actor(ActorKind.AGENT, 77, role=Role.ADMIN)
    with desk.read() as session:
        assert counts(session, actor, [view_named("open", actor)]) == {"open": 3}


def test_a_view_of_a_hidden_team_is_not_there() -> None:
    actor = Actor(ActorKind.AGENT, 1, role=Role.AGENT, hidden_teams=frozenset({2}))
    for name in ("team/2", "team/x", "team/", "", "every", "team/12345678901"):
        with pytest.raises(NotFound):
            view_named(name, actor)
