"""Which files can be let through, and how they stand then."""

import pytest

from helpdesk.rules.actor import Role
from helpdesk.rules.file_policy import FilePolicy, ReleasedBy
from helpdesk.rules.file_release import Obstacle, Standing, obstacle, state_after

ASKED_IN_VAIN = Standing("held", True, went_unanswered=True)


@pytest.mark.parametrize(
    ("file", "has_scanner", "wanted"),
    [
        (Standing("refused", True), False, None),
        (Standing("refused", True), True, None),
        (Standing("refused", False), False, Obstacle.LEFT_OUT),
        (Standing("held", True), True, Obstacle.BEING_CHECKED),
        (ASKED_IN_VAIN, True, None),
        (Standing("held", True), False, None),
        (Standing("infected", True), True, Obstacle.INFECTED),
        (Standing("infected", True), False, Obstacle.INFECTED),
        (Standing("stored", True), True, Obstacle.OPEN),
        (Standing("pending", False), True, Obstacle.OPEN),
        (Standing("failed", False), True, Obstacle.OPEN),
    ],
)
def test_what_stands_in_the_way(file, has_scanner, wanted):
    assert obstacle(file, has_scanner=has_scanner) is wanted


def test_what_was_refused_is_still_checked_for_viruses():
    assert state_after(Standing("refused", True), has_scanner=True) == "held"
    assert state_after(Standing("refused", True), has_scanner=False) == "stored"
    assert state_after(ASKED_IN_VAIN, has_scanner=True) == "stored"


@pytest.mark.parametrize(
    ("released_by", "roles"),
    [
        (ReleasedBy.NOBODY, set()),
        (ReleasedBy.ADMINS, {Role.ADMIN}),
        (ReleasedBy.SUPERVISORS, {Role.SUPERVISOR, Role.ADMIN}),
    ],
)
def test_the_policy_names_who_may(released_by, roles):
    assert FilePolicy(released_by=released_by).releasers == roles
