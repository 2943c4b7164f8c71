"""The service levels: what the admins' page takes, refuses and shows, and the clocks of tickets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpdesk.actions import service_clock
from helpdesk.actions import service_levels as levels
from helpdesk.desk import Desk
from helpdesk.models import Ticket, now
from helpdesk.queries.service_levels import service_levels
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Priority
from tests.factories import Mail, receive
from tests.web.conftest import Visit

PAGE = "/settings/service"


def test_targets_are_set_and_shown_as_they_were_written(as_admin: Visit, desk: Desk) -> None:
    as_admin.get(PAGE)
    answer = as_admin.post(
        PAGE, **{"urgent.first_response": "30m", "normal.next_response": "1h 30m"}
    )
    assert answer.status_code == 302
    with desk.read() as session:
        found = service_levels(session).targets
    assert found == {
        "urgent": (timedelta(minutes=30), None),
        "normal": (None, timedelta(minutes=90)),
    }
    assert 'value="1h 30m"' in as_admin.get(PAGE).text


def test_what_is_no_time_is_said_and_what_was_written_stays(as_admin: Visit, desk: Desk) -> None:
    as_admin.get(PAGE)
    answer = as_admin.post(PAGE, **{"low.first_response": "soon", "high.first_response": "2h"})
    assert answer.status_code == 400
    assert "“soon” is none" in answer.text
    assert 'value="soon"' in answer.text
    assert 'value="2h"' in answer.text
    with desk.read() as session:
        assert service_levels(session).targets == {}


@pytest.fixture
def clocked(desk: Desk) -> int:
    """A ticket whose first answer is owed within four hours, day and night."""
    levels.always_open(desk, SYSTEM)
    levels.set_targets(desk, SYSTEM, {Priority.NORMAL: (timedelta(hours=4), None)})
    return receive(desk, Mail()).ticket or 0


def clocks(visit: Visit, ticket: int, view: str = "open") -> list[tuple[str, str]]:
    """State and words of the clock on the row, in the table and in the head; ("", "") for none."""
    head = visit.get(f"/tickets/{ticket}").text.partition('<header id="head">')[2]
    parts = (
        visit.get(f"/tickets?view={view}").text,
        visit.get(f"/tickets?view={view}&columns=subject,due").text,
        head.partition("</header>")[0],
    )
    found = [re.search(r'data-sla="(\w+)"[^>]*>(.*?)</span>', part) for part in parts]
    return [(one[1], re.sub("<[^>]*>", "", one[2])) if one else ("", "") for one in found]


def test_a_clock_is_shown_as_it_stands(as_mei: Visit, desk: Desk, clocked: int) -> None:
    none = ("", "")
    assert clocks(as_mei, clocked) == [none, none, ("running", "First answer due ")]
    with desk.write() as session:
        session.get_one(Ticket, clocked).due_at = now() + timedelta(minutes=20, seconds=50)
    soon = ("soon", "20 min")
    assert clocks(as_mei, clocked) == [soon, soon, ("soon", "First answer due ")]
    with desk.write() as session:
        session.get_one(Ticket, clocked).due_at = now() - timedelta(minutes=5, seconds=10)
    assert service_clock.mark_late(desk) == 1
    late = ("breached", "5 min late")
    assert clocks(as_mei, clocked) == [late, late, late]
    assert "data-sla" not in as_mei.get("/tickets?view=waiting").text


def test_a_clock_that_rests_says_so_at_the_ticket(as_mei: Visit, desk: Desk, clocked: int) -> None:
    as_mei.post(f"/tickets/{clocked}/status", status="waiting")
    none = ("", "")
    assert clocks(as_mei, clocked, "waiting") == [none, none, ("paused", "Clock rests")]
    as_mei.post(f"/tickets/{clocked}/status", status="open")
    assert clocks(as_mei, clocked) == [none, none, ("running", "First answer due ")]


def test_only_admins_may(as_supervisor: Visit, as_mei: Visit, stranger: Visit) -> None:
    for visit in (as_supervisor, as_mei):
        assert visit.get(PAGE).status_code == 403
        assert visit.post(PAGE, **{"low.first_response": "1h"}).status_code == 403
    assert stranger.get(PAGE).status_code == 302
