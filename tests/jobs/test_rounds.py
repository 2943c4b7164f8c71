"""Rounds: each comes again in its time, one that fails stops no other, and none writes in vain."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Connection, event

from helpdesk.actions import customer_words, stages
from helpdesk.desk import Desk
from helpdesk.jobs.rounds import REST, ROUNDS, Round, Rounds
from helpdesk.models import Customer
from tests.factories import Mail, receive
from tests.patience import eventually

FREQUENT = [each for each in ROUNDS if each.every <= 60]
CATCHING_UP = [each for each in ROUNDS if each.in_batches]


def test_a_round_that_fails_comes_again_and_stops_no_other(desk: Desk) -> None:
    walked: list[str] = []

    def well(_desk: Desk) -> None:
        walked.append("well")

    def ill(_desk: Desk) -> None:
        walked.append("ill")
        raise RuntimeError("as always")

    rounds = Rounds(
        desk, (Round("ill", 0.01, ill), Round("well", 0.01, well), Round("rare", 3600, ill))
    )
    rounds.start()
    try:
        eventually(lambda: walked.count("ill") >= 2 and walked.count("well") >= 2)
    finally:
        rounds.stop()


@pytest.mark.parametrize("round_", FREQUENT, ids=lambda each: each.name)
def test_a_round_for_which_nothing_is_due_begins_no_transaction(desk: Desk, round_: Round) -> None:
    receive(desk, Mail())
    catch_up(desk)
    begun: list[Connection] = []
    event.listen(desk.database.engine, "begin", begun.append)
    round_.work(desk)
    assert [each for each in begun if not _only_reads(each)] == []


def _only_reads(connection: Connection) -> bool:
    """PostgreSQL has one engine for both, and reads in no transaction."""
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def catch_up(desk: Desk) -> None:
    for each in CATCHING_UP:
        while each.work(desk):
            pass


def many(desk: Desk, count: int) -> None:
    """Customers who came into the record by no walk."""
    with desk.write() as session:
        session.add_all([Customer(name=f"Ann Fjell {number}") for number in range(count)])


@pytest.mark.parametrize(
    ("work", "batch"),
    [
        (customer_words.index_missing, customer_words.BATCH),
        (stages.compute_due, stages.BATCH),
    ],
)
def test_what_was_left_is_caught_up_batch_by_batch(desk, work, batch) -> None:  # type: ignore[no-untyped-def]
    many(desk, batch + 3)
    assert [work(desk) for _ in range(3)] == [batch, 3, 0]


def test_a_batch_is_followed_by_a_rest_and_an_idle_look_by_the_whole_pause() -> None:
    greedy = Round("greedy", 60.0, lambda _desk: 1, in_batches=True)
    assert greedy.pause(did=25, took=0.1) == pytest.approx(0.1 * REST)
    assert greedy.pause(did=25, took=100.0) == 60.0
    assert greedy.pause(did=0, took=0.1) == 60.0
    assert Round("steady", 2.0, lambda _desk: 1).pause(did=25, took=0.1) == 2.0


def test_others_get_their_turn_while_one_catches_up(desk: Desk) -> None:
    walked: list[str] = []

    def endless(_desk: Desk) -> int:
        walked.append("endless")
        time.sleep(0.001)
        return 1

    rounds = Rounds(
        desk,
        (
            Round("endless", 0.01, endless, in_batches=True),
            Round("other", 0.01, lambda _desk: walked.append("other")),
        ),
    )
    rounds.start()
    try:
        eventually(lambda: walked.count("endless") >= 5 and walked.count("other") >= 2)
    finally:
        rounds.stop()
