"""The admins' page of the service levels: what it takes, refuses and shows."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.desk import Desk
from helpdesk.queries.service_levels import service_levels
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


def test_only_admins_may(as_supervisor: Visit, as_mei: Visit, stranger: Visit) -> None:
    for visit in (as_supervisor, as_mei):
        assert visit.get(PAGE).status_code == 403
        assert visit.post(PAGE, **{"low.first_response": "1h"}).status_code == 403
    assert stranger.get(PAGE).status_code == 302
