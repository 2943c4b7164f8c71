"""Steps done at once: all or none for a ticket, each ticket by its own right, failures told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions import macros, notifications, replies, tickets, views
from helpdesk.desk import Desk
from helpdesk.models import Message, Notification, NotPossible, ReadMark, Team, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.saved_views import saved_views
from helpdesk.rules.actor import SYSTEM, Actor, NotAllowed, Role
from helpdesk.rules.macro_steps import BadSteps, Steps, steps_of
from helpdesk.rules.status import Status
from helpdesk.rules.ticket_filter import BadFilter
from tests.factories import Mail, make_agent, receive


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def boss(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Boss", Role.SUPERVISOR)


def ticket_row(desk: Desk, number: int) -> Ticket:
    with desk.read() as session:
        found = session.get_one(Ticket, number)
        assert found.tags is not None
        return found


def test_all_the_steps_at_once(desk: Desk, mei: Actor) -> None:
    number = receive(desk, Mail()).ticket or 0
    steps = steps_of(
        {
            "priority": "high",
            "assignee": "me",
            "add_tags": "refund，warranty",
            "note": "Ask {{agent.first_name}}",
            "status": "waiting",
        }
    )
    macros.apply(desk, mei, number, steps)
    row = ticket_row(desk, number)
    assert (row.priority, row.assignee_id, row.status) == ("high", mei.id, "waiting")
    assert [tag.name for tag in row.tags] == ["refund", "warranty"]
    with desk.read() as session:
        assert "Ask Mei" in session.scalars(select(Message.text)).all()


def test_none_of_the_steps_when_one_cannot_be_done(desk: Desk, mei: Actor) -> None:
    number = receive(desk, Mail()).ticket or 0
    with pytest.raises(NotPossible):
        macros.apply(desk, mei, number, Steps(priority="high", assignee="9999"))
    assert ticket_row(desk, number).priority == "normal"


def test_a_reply_that_lacks_a_name_is_not_sent(desk: Desk, mei: Actor) -> None:
    number = receive(desk, Mail(sender="nobody@fjell.example")).ticket or 0
    with pytest.raises(NotPossible, match=r"customer\.name"):
        macros.apply(desk, mei, number, Steps(reply="Dear {{customer.name}}", status="resolved"))
    assert ticket_row(desk, number).status == "open"


def test_several_tickets_each_by_its_own_right(desk: Desk, mei: Actor) -> None:
    good, closed, secret = (receive(desk, Mail()).ticket or 0 for _ in range(3))
    lawyer = make_agent(desk, "Ruth Law", Role.AGENT, ("Legal",))
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
        number = team.id
    tickets.move_to_team(desk, SYSTEM, secret, number)
    tickets.change_status(desk, SYSTEM, closed, Status.CLOSED)
    mei = Actor(mei.kind, mei.id, mei.name, mei.email, mei.role, frozenset({number}))
    outcome = macros.apply_to(desk, mei, [good, closed, secret, good], Steps(status="resolved"))
    assert outcome.done == [good]
    assert set(outcome.refused) == {closed, secret}
    assert isinstance(outcome.refused[secret], NotFound)
    assert ticket_row(desk, secret).status == "open"
    assert macros.apply_to(desk, lawyer, [secret], Steps(status="resolved")).done == [secret]


@pytest.mark.parametrize(
    "given", [{}, {"status": "snoozed"}, {"priority": "very"}, {"assignee": "Mei"}, {"team": "-1"}]
)
def test_steps_that_make_no_sense(given: dict[str, str]) -> None:
    with pytest.raises(BadSteps):
        steps_of(given)


def test_who_may_keep_what(desk: Desk, mei: Actor, boss: Actor) -> None:
    for keep in (
        lambda: macros.save_macro(desk, mei, "Close it", Steps(status="closed")),
        lambda: macros.save_reply(desk, mei, "Hello", "Hello", shared=True),
        lambda: views.save(desk, mei, "Late", "waiting=4h", shared=True),
    ):
        with pytest.raises(NotAllowed):
            keep()
    shared = macros.save_reply(desk, boss, "Hello", "Hello {{customer.name}}", shared=True)
    with pytest.raises(NotAllowed):
        macros.remove_reply(desk, mei, shared)
    own = macros.save_reply(desk, mei, "Hello", "Hi")
    with pytest.raises(NotFound):
        macros.remove_reply(desk, boss, own)
    with pytest.raises(NotPossible, match="no variable"):
        macros.save_reply(desk, mei, "Typo", "{{customer.nmae}}")


def test_views_are_kept_by_name_and_seen_by_their_owner(
    desk: Desk, mei: Actor, boss: Actor
) -> None:
    first = views.save(desk, mei, "Late", "status=open&waiting=4h&page=2")
    assert views.save(desk, mei, " Late ", "waiting=2h") == first
    shared = views.save(desk, boss, "All", "", shared=True)
    with desk.read() as session:
        assert [(v.id, v.query) for v in saved_views(session, mei)] == [
            (first, "waiting=2h"),
            (shared, ""),
        ]
        assert [v.id for v in saved_views(session, boss)] == [shared]
    with pytest.raises(NotFound):
        views.remove(desk, boss, first)
    with pytest.raises(BadFilter):
        views.save(desk, mei, "Bad", "status=opne")


def test_a_note_tells_whom_it_names_and_may_see_it(desk: Desk, mei: Actor, boss: Actor) -> None:
    number = receive(desk, Mail()).ticket or 0
    stranger = make_agent(desk, "Ruth Law")
    with desk.write() as session:
        legal = Team(name="Legal", is_private=True)
        session.add(legal)
        session.flush()
        session.get_one(Ticket, number).team_id = legal.id
        session.get_one(Ticket, number).assignee_id = boss.id
    replies.note(desk, SYSTEM, number, "@Ada Boss and @Ruth Law, please look")
    with desk.read() as session:
        told = session.scalars(select(Notification)).all()
    assert [(one.agent_id, one.words) for one in told] == [
        (boss.id, "@Ada Boss and @Ruth Law, please look")
    ]
    assert stranger.id not in {one.agent_id for one in told}


def test_a_read_mark_never_goes_back(desk: Desk, mei: Actor) -> None:
    number = receive(desk, Mail()).ticket or 0
    replies.note(desk, SYSTEM, number, f"@{mei.name} look")
    for seq in (2, 1, 99):
        notifications.mark_read(desk, mei, number, seq)
    with desk.read() as session:
        assert session.scalars(select(ReadMark.seq)).all() == [2]
        assert session.scalars(select(Notification.read_at)).one() is not None
