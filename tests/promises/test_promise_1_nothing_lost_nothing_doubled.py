"""Promise 1: kill -9 at any step of either walk, and nothing is lost and nothing is doubled."""

from __future__ import annotations

import pytest

from helpdesk.desk import Desk
from tests import choice
from tests.promises.aftermath import nothing_is_wrong
from tests.promises.steps import must_be_tried
from tests.promises.trials import (
    CallIn,
    ChatIn,
    ChatOut,
    ListenerIn,
    MailboxIn,
    MailIn,
    ReplyOut,
    RestoredMailboxIn,
    TextIn,
    TextOut,
    Trial,
)

SOME = 2  # so many of the other steps are tried without the slow set

TRIALS: dict[str, tuple[type[Trial], tuple[str, ...]]] = {
    "mail in": (MailIn, ()),
    "mailbox in": (MailboxIn, ("dovecot_server",)),
    "listener in": (ListenerIn, ()),
    "chat in": (ChatIn, ()),
    "text in": (TextIn, ("twilio",)),
    "call in": (CallIn, ("twilio",)),
    "mail out": (ReplyOut, ("smtp_sink",)),
    "chat out": (ChatOut, ("smtp_sink",)),
    "text out": (TextOut, ("smtp_sink", "twilio")),
    "restored mailbox in": (RestoredMailboxIn, ("dovecot_server",)),
}
LONG = "restored mailbox in"  # a mail server that starts again for each death
WALKS = [pytest.param(walk, marks=pytest.mark.slow if walk == LONG else ()) for walk in TRIALS]


def spread(steps: list[str]) -> list[int]:
    """The steps at which a kill differs most, and some of the others."""
    sure = [n for n, step in enumerate(steps, start=1) if must_be_tried(step)]
    others = [n for n in every(steps) if n not in sure]
    return sorted(sure + others[:: -(-len(others) // SOME)])


def every(steps: list[str]) -> list[int]:
    return list(range(1, len(steps) + 1))


@pytest.mark.parametrize("walk", WALKS)
def test_promise_1_a_kill_at_any_step_loses_and_doubles_nothing(
    desk: Desk,
    request: pytest.FixtureRequest,
    walk: str,
) -> None:
    kind, servers = TRIALS[walk]
    trial = kind(
        desk,
        request.getfixturevalue("victims"),
        *(request.getfixturevalue(server) for server in servers),
    )
    alive(trial)  # the first walk of a desk also meets what all others find already there
    steps = alive(trial)
    is_tried_everywhere = choice.slow and trial.has_own_steps
    deaths = every(steps) if is_tried_everywhere else spread(steps)
    for number in deaths:
        where = f"killed at step {number} of {len(steps)}: {steps[number - 1]}"
        try:
            end = trial.run(kill_at=number)
            assert end.was_killed
            assert end.steps[-1] == steps[number - 1]
            trial.check()
            nothing_is_wrong(desk)
        except Exception as error:
            error.add_note(where)
            raise


def alive(trial: Trial) -> list[str]:
    """The steps of a walk that nobody disturbs, and that comes to the same end."""
    end = trial.run()
    assert end.status == 0
    trial.check()
    nothing_is_wrong(trial.desk)
    return end.steps
