"""The change rows of other processes, and who is here: on both databases."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from helpdesk.actions import visitors
from helpdesk.desk import Desk
from helpdesk.live import rooms
from helpdesk.live.pokes import Pokes
from helpdesk.live.presence import Presence
from helpdesk.live.tail import Tail
from helpdesk.models import Change, ContactPoint, Customer, Team, now
from helpdesk.rules.actor import Role
from tests.factories import Mail, make_agent, receive


class Heard:
    def __init__(self) -> None:
        self.pokes: list[tuple[int, int]] = []

    def emit(self, _event: str, news: dict[str, int], **where: object) -> None:
        if where["namespace"] == "/agents":
            self.pokes.append((news["ticket"], news["version"]))


@pytest.fixture
def ticket(desk: Desk) -> int:
    return receive(desk, Mail()).ticket or 0


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def tail(desk: Desk, ticket: int, heard: Heard) -> Tail:
    tail = Tail(desk, Pokes(desk, heard.emit))
    tail.look()
    return tail


def change(desk: Desk, ticket: int, version: int, **more: object) -> int:
    with desk.write() as session:
        row = Change(ticket_id=ticket, version=version, **more)
        session.add(row)
        session.flush()
        return row.id


def test_what_was_there_before_is_not_told(tail, heard):
    tail.look()
    assert heard.pokes == []


def test_each_change_is_told_once_by_its_newest_version(desk, ticket, tail, heard):
    change(desk, ticket, 5)
    change(desk, ticket, 6)
    tail.look()
    tail.look()
    assert heard.pokes == [(ticket, 6)]


def test_a_lower_id_that_commits_later_is_told_too(desk, ticket, tail, heard):
    high = change(desk, ticket, 5)
    with desk.write() as session:
        session.delete(session.get_one(Change, high))
        session.add(Change(id=high + 3, ticket_id=ticket, version=5))
    tail.look()
    change(desk, ticket, 6, id=high + 1)
    tail.look()
    assert heard.pokes == [(ticket, 5), (ticket, 6)]


def test_old_rows_go_but_never_the_newest(desk, ticket, heard):
    old = now() - timedelta(hours=2)
    ids = [change(desk, ticket, 5 + i, at=old) for i in range(3)]
    tail = Tail(desk, Pokes(desk, heard.emit))
    tail.look()
    tail.look()
    with desk.read() as session:
        kept = set(session.scalars(select(Change.id)))
    assert ids[-1] in kept
    assert not kept & set(ids[:-1])


def test_who_is_here_is_written_once_a_minute(desk: Desk):
    with desk.write() as session:
        customer = Customer()
        session.add(customer)
        session.flush()
        session.add(
            ContactPoint(customer_id=customer.id, kind="visitor", value="v_a", normalized="v_a")
        )
    presence = Presence[str](partial(visitors.seen, desk))
    presence.arrived("socket-1", "v_a")
    presence.arrived("socket-2", "v_new")  # has said nothing yet: nothing to write on
    presence.look()
    with desk.read() as session:
        first = session.query(ContactPoint.last_seen_at).scalar()
    assert first is not None
    presence._look_at = 0
    presence.look()
    with desk.read() as session:
        assert session.query(ContactPoint.last_seen_at).scalar() == first


def test_the_rooms_of_an_agent_are_the_teams_they_may_see(desk: Desk):
    lawyer = make_agent(desk, "Ruth", teams=("Legal", "Orders"))
    mei = make_agent(desk, "Mei", teams=("Orders",))
    admin = make_agent(desk, "Ada", role=Role.ADMIN)
    with desk.write() as session:
        teams = {team.name: team for team in session.scalars(select(Team))}
        teams["Legal"].is_private = True
        legal, orders = teams["Legal"].id, teams["Orders"].id
    with desk.read() as session:
        assert set(rooms.rooms_of(session, lawyer)) == {
            "agents", f"agent:{lawyer.id}", f"team:{legal}", f"team:{orders}"
        }  # fmt: skip
        assert set(rooms.rooms_of(session, mei)) == {"agents", f"agent:{mei.id}", f"team:{orders}"}
        assert f"team:{legal}" in rooms.rooms_of(session, admin)


def test_a_poke_that_fails_does_not_fail_the_commit(desk: Desk):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no line")

    Pokes(desk, broken).listen()
    assert receive(desk, Mail()).outcome == "created"
