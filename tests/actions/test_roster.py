"""Who works here and when: whoever hurries, one admin is left and no code is taken twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyotp
from sqlalchemy import select

from helpdesk.actions import business_hours, roster, second_factor
from helpdesk.desk import Desk
from helpdesk.models import Agent, BusinessHours, NotPossible, Team
from helpdesk.queries.business_calendar import calendar_of
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.business_time import Interval
from tests.actions.test_concurrency import at_once
from tests.factories import make_agent


def test_two_admins_who_demote_each_other_leave_one(desk: Desk) -> None:
    one, other = make_agent(desk, "Ada", Role.ADMIN), make_agent(desk, "Bo", Role.ADMIN)

    def demote(who: Actor, whom: Actor) -> None:
        with suppress(NotPossible):
            roster.change_agent(
                desk, who, whom.id or 0, name=whom.name, role=Role.AGENT, locale="en", teams=()
            )

    def deactivate(who: Actor, whom: Actor) -> None:
        with suppress(NotPossible):
            roster.deactivate(desk, who, whom.id or 0)

    at_once(lambda: demote(one, other), lambda: deactivate(other, one))
    with desk.read() as session:
        left = session.scalars(select(Agent).where(Agent.role == "admin", Agent.active)).all()
    assert len(left) == 1


def test_a_code_that_is_sent_twice_at_once_is_taken_once(desk: Desk) -> None:
    mei = make_agent(desk)
    app = pyotp.TOTP(second_factor.offer(desk, mei))
    second_factor.confirm(desk, mei, app.at(datetime.now(UTC) - timedelta(seconds=30)))
    code = app.at(datetime.now(UTC))
    taken = at_once(*[lambda: second_factor.prove(desk, mei, code)] * 4)
    assert sorted(taken) == [False, False, False, True]


def hours(desk: Desk, name: str, *, is_default: bool = False) -> int:
    return business_hours.save(
        desk,
        SYSTEM,
        None,
        name=name,
        timezone="Asia/Shanghai",
        week=((Interval(540, 1080),),) * 7,
        holidays={},
        is_default=is_default,
    )


def test_a_team_keeps_its_own_hours_else_the_default_ones(desk: Desk) -> None:
    with desk.read() as session:
        assert calendar_of(session, None) is None
    first, night = hours(desk, "Day"), hours(desk, "Night")
    own = roster.save_team(
        desk, SYSTEM, None, name="Owls", is_private=False, members=(), hours_id=night
    )
    with desk.read() as session:
        names = {one.id: one.calendar for one in session.scalars(select(BusinessHours))}
        assert calendar_of(session, None) == names[first]
        assert calendar_of(session, own) == names[night]
    third = hours(desk, "New", is_default=True)
    business_hours.remove(desk, SYSTEM, night)
    with desk.read() as session:
        assert session.get_one(Team, own).business_hours_id is None
        defaults = select(BusinessHours.id).where(BusinessHours.is_default)
        assert session.scalars(defaults).all() == [third]
