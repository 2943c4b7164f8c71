"""An agent is told what happens in their tickets: an answer, a gift, a clock that ran out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from helpdesk.actions import notifications, service_clock, service_levels, tickets
from helpdesk.desk import Desk
from helpdesk.models import Notification, Ticket, now
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Priority
from tests.factories import Mail, make_agent, receive

HOUR = timedelta(hours=1)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk, "Mei Chen")


@pytest.fixture
def bo(desk: Desk) -> Actor:
    return make_agent(desk, "Bo Weber")


FIRST = Mail(subject="The pole", text="It snapped.")


def answer(desk: Desk, text: str, **headers: str) -> None:
    threaded = {"In-Reply-To": FIRST.message_id, **headers}
    receive(desk, Mail(subject="Re: The pole", text=text, headers=threaded))


def opened(desk: Desk) -> int:
    return receive(desk, FIRST).ticket or 0


def told(desk: Desk, agent: Actor) -> list[tuple[str, str, str]]:
    with desk.read() as session:
        found = select(Notification.kind, Notification.by, Notification.words)
        mine = found.where(Notification.agent_id == agent.id).order_by(Notification.id)
        return [tuple(row) for row in session.execute(mine)]  # type: ignore[misc]


def test_whoever_gets_a_ticket_from_a_colleague_is_told(desk: Desk, mei: Actor, bo: Actor) -> None:
    tickets.assign(desk, bo, opened(desk), mei.id)
    assert told(desk, mei) == [("assigned", "Bo Weber", "")]
    assert told(desk, bo) == []


def test_nobody_is_told_what_they_did_themselves(desk: Desk, mei: Actor) -> None:
    ticket = opened(desk)
    tickets.assign(desk, mei, ticket, mei.id)
    tickets.assign(desk, mei, ticket, None)
    assert told(desk, mei) == []


def test_an_answer_rings_once_until_it_is_seen(desk: Desk, mei: Actor, bo: Actor) -> None:
    ticket = opened(desk)
    answer(desk, "Of nobody yet.")
    tickets.assign(desk, mei, ticket, mei.id)
    answer(desk, "Both poles, in fact.")
    answer(desk, "And the tent.")
    assert [(kind, words) for kind, _by, words in told(desk, mei)] == [
        ("answer", "Both poles, in fact.")
    ]
    notifications.mark_read(desk, mei, ticket, 99)
    answer(desk, "Are you there?")
    assert [words for _kind, _by, words in told(desk, mei)] == [
        "Both poles, in fact.",
        "Are you there?",
    ]
    assert told(desk, bo) == []


def test_a_machine_that_answers_rings_for_nobody(desk: Desk, mei: Actor) -> None:
    tickets.assign(desk, mei, opened(desk), mei.id)
    answer(desk, "I am on holiday.", **{"Auto-Submitted": "auto-replied"})
    assert told(desk, mei) == []


def test_a_clock_that_runs_out_is_told_once_to_whose_ticket_it_is(desk: Desk, mei: Actor) -> None:
    service_levels.always_open(desk, SYSTEM)
    service_levels.set_targets(desk, SYSTEM, {Priority.NORMAL: (HOUR, HOUR)})
    ticket = opened(desk)
    tickets.assign(desk, mei, ticket, mei.id)
    with desk.read() as session:
        due = session.get_one(Ticket, ticket).due_at
    assert due is not None
    for _twice in range(2):
        service_clock.mark_late(desk, due + HOUR)
    assert [kind for kind, _by, _words in told(desk, mei)] == ["late"]


def test_an_answer_costs_the_intake_one_statement(desk: Desk, mei: Actor) -> None:
    ticket = opened(desk)
    answer(desk, "Warms up what is kept in memory.")

    def statements() -> int:
        ran: list[str] = []

        def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            ran.append(statement)

        event.listen(desk.database.engine, "before_cursor_execute", count)
        answer(desk, f"At {now()}")
        event.remove(desk.database.engine, "before_cursor_execute", count)
        return len(ran)

    of_nobody = statements()
    tickets.assign(desk, mei, ticket, mei.id)
    assert statements() == of_nobody + 1
    assert [kind for kind, _by, _words in told(desk, mei)] == ["answer"]
