"""Clocks follow tickets, whoever moves them: started, rested, met, breached, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from helpdesk.actions import service_clock, service_levels, tickets
from helpdesk.actions.replies import note, send
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, SlaClock, Ticket, now
from helpdesk.queries.service_levels import Kept
from helpdesk.queries.service_levels import service_levels as levels_of
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import SYSTEM, Actor, NotAllowed, Role
from helpdesk.rules.service_clock import NEVER_LATE
from helpdesk.rules.status import Priority, Status
from tests.factories import Mail, make_agent, receive

HOUR = timedelta(hours=1)
TARGETS = {
    Priority.URGENT: (HOUR, HOUR),
    Priority.NORMAL: (4 * HOUR, 8 * HOUR),
}


@pytest.fixture(autouse=True)
def round_the_clock(desk: Desk) -> None:
    service_levels.always_open(desk, SYSTEM)
    service_levels.set_targets(desk, SYSTEM, TARGETS)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


def opened(desk: Desk) -> int:
    ticket = receive(desk, Mail()).ticket
    assert ticket is not None
    return ticket


def ticket_of(desk: Desk, number: int) -> Ticket:
    with desk.read() as session:
        return session.get_one(Ticket, number)


def ended(desk: Desk) -> list[tuple[str, str]]:
    with desk.read() as session:
        rows = session.execute(select(SlaClock.kind, SlaClock.state).order_by(SlaClock.id))
        return [(kind, state) for kind, state in rows]


def run_out(desk: Desk, number: int) -> None:
    """As if its target had passed."""
    with desk.write() as session:
        session.get_one(Ticket, number).due_at = now() - timedelta(minutes=5)
    assert service_clock.mark_late(desk) == 1


def test_the_first_words_start_a_clock_and_a_persons_answer_meets_it(
    desk: Desk, mei: Actor
) -> None:
    number = opened(desk)
    ticket = ticket_of(desk, number)
    assert ticket.clock_kind == "first_response"
    assert abs(ticket.due_at - now() - 4 * HOUR) < timedelta(minutes=1)
    note(desk, mei, number, "Only between us")
    assert ticket_of(desk, number).clock_kind == "first_response"
    send(desk, mei, number, "A pole is on its way.")
    ticket = ticket_of(desk, number)
    assert (ticket.clock_kind, ticket.due_at) == (None, NEVER_LATE)
    assert ended(desk) == [("first_response", "met")]


def test_more_words_do_not_start_it_anew_and_words_after_an_answer_do(
    desk: Desk, mei: Actor
) -> None:
    mail = Mail()
    number = receive(desk, mail).ticket
    assert number is not None
    first = ticket_of(desk, number).due_at
    more = {"In-Reply-To": mail.message_id}
    assert receive(desk, Mail("And another thing", headers=more)).ticket == number
    assert ticket_of(desk, number).due_at == first
    send(desk, mei, number, "Both are on their way.")
    assert receive(desk, Mail("Nothing came", headers=more)).ticket == number
    ticket = ticket_of(desk, number)
    assert ticket.clock_kind == "next_response"
    assert abs(ticket.due_at - now() - 8 * HOUR) < timedelta(minutes=1)


def test_it_rests_while_the_customer_owes_a_word_and_goes_on_with_what_was_left(
    desk: Desk, mei: Actor
) -> None:
    number = opened(desk)
    tickets.change_status(desk, mei, number, Status.WAITING)
    ticket = ticket_of(desk, number)
    assert ticket.due_at == NEVER_LATE
    assert ticket.clock_left is not None
    assert 4 * 3600 - 60 <= ticket.clock_left <= 4 * 3600
    tickets.change_status(desk, mei, number, Status.OPEN)
    ticket = ticket_of(desk, number)
    assert ticket.clock_left is None
    assert abs(ticket.due_at - now() - 4 * HOUR) < timedelta(minutes=2)


def test_nobody_is_late_with_spam(desk: Desk, mei: Actor) -> None:
    number = opened(desk)
    tickets.change_status(desk, mei, number, Status.SPAM)
    assert ticket_of(desk, number).due_at == NEVER_LATE


def test_new_targets_wake_no_clock_of_spam(desk: Desk, mei: Actor) -> None:
    number = opened(desk)
    tickets.change_status(desk, mei, number, Status.SPAM)
    service_levels.set_targets(desk, SYSTEM, {Priority.NORMAL: (2 * HOUR, None)})
    assert ticket_of(desk, number).due_at == NEVER_LATE
    tickets.change_status(desk, mei, number, Status.OPEN)
    assert abs(ticket_of(desk, number).due_at - now() - 2 * HOUR) < timedelta(minutes=2)


def test_the_report_leaves_out_answers_to_what_turned_out_to_be_spam(
    desk: Desk, mei: Actor
) -> None:
    number = opened(desk)
    send(desk, mei, number, "A pole is on its way.")
    assert [(each.answers, each.in_time) for each in kept(desk)] == [(1, 1)]
    tickets.change_status(desk, mei, number, Status.SPAM)
    assert kept(desk) == []
    tickets.change_status(desk, mei, number, Status.OPEN)
    assert len(kept(desk)) == 1


def kept(desk: Desk) -> list[Kept]:
    with desk.read() as session:
        return levels_of(session).kept


def test_another_priority_is_another_target(desk: Desk, mei: Actor) -> None:
    number = opened(desk)
    tickets.set_priority(desk, mei, number, Priority.URGENT)
    assert abs(ticket_of(desk, number).due_at - now() - HOUR) < timedelta(minutes=1)
    tickets.set_priority(desk, mei, number, Priority.LOW)
    assert ticket_of(desk, number).clock_kind is None, "there is no target for it"
    tickets.set_priority(desk, mei, number, Priority.NORMAL)
    assert ticket_of(desk, number).clock_kind == "first_response"


def test_what_runs_out_is_said_once_and_stands_on_top(desk: Desk, mei: Actor) -> None:
    older, newer = opened(desk), opened(desk)
    run_out(desk, newer)
    assert service_clock.mark_late(desk) == 0
    with desk.read() as session:
        rows = ticket_list(session, mei, view_named("open", mei)).rows
        said = session.scalars(select(AuditEvent).where(AuditEvent.event == "sla.breached")).one()
    assert [row.id for row in rows] == [newer, older]
    assert (said.ticket_id, said.data["clock"]) == (newer, "first_response")
    send(desk, mei, newer, "Sorry that it took so long.")
    assert ended(desk) == [("first_response", "breached")]
    assert ticket_of(desk, newer).late == Ticket.IN_TIME


def test_pages_of_the_queue_go_on_after_the_late_ones(desk: Desk, mei: Actor) -> None:
    numbers = [opened(desk) for _ in range(5)]
    run_out(desk, numbers[2])
    run_out(desk, numbers[4])
    found, after = [], ""
    while True:
        with desk.read() as session:
            page = ticket_list(session, mei, view_named("open", mei), after, size=2)
        found += [row.id for row in page.rows]
        after = page.after
        if not after:
            break
    assert found == [numbers[2], numbers[4], numbers[0], numbers[1], numbers[3]]


def test_new_targets_count_for_the_tickets_that_are_open(desk: Desk, mei: Actor) -> None:
    number = opened(desk)
    service_levels.set_targets(desk, SYSTEM, {Priority.NORMAL: (2 * HOUR, None)})
    assert abs(ticket_of(desk, number).due_at - now() - 2 * HOUR) < timedelta(minutes=1)
    service_levels.set_targets(desk, SYSTEM, {})
    assert ticket_of(desk, number).clock_kind is None


def test_targets_and_hours_are_read_once_for_all_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [opened(desk) for _ in range(5)]
    monkeypatch.setattr(service_levels, "BATCH", 2)
    read: list[str] = []

    def note(*args: Any) -> None:
        if "FROM business_hours" in args[2]:
            read.append(args[2])

    event.listen(desk.database.engine, "before_cursor_execute", note)
    service_levels.set_targets(desk, SYSTEM, {Priority.NORMAL: (2 * HOUR, None)})
    for number in numbers:
        assert abs(ticket_of(desk, number).due_at - now() - 2 * HOUR) < timedelta(minutes=1)
    assert len(read) == 1


def test_only_admins_set_targets(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        service_levels.set_targets(desk, make_agent(desk, role=Role.SUPERVISOR), TARGETS)


def test_an_hour_that_is_shut_is_not_counted(desk: Desk) -> None:
    shut = datetime.now(UTC).date()
    with desk.write() as session:
        service_levels.default_hours(session).week = [
            [] if day == shut.weekday() else [[0, 1440]] for day in range(7)
        ]
        service_clock.forget(session)
    due = ticket_of(desk, opened(desk)).due_at
    tomorrow = datetime.combine(shut + timedelta(days=1), datetime.min.time(), UTC)
    assert due == tomorrow + 4 * HOUR
