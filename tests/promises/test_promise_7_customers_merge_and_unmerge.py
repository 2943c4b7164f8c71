"""Promise 7: customers merge and unmerge without loss.

The plain property: merge, traffic, unmerge equals never merged. People write, order and are written
about in two worlds at once; in one of them their records are merged and taken apart in any order.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from helpdesk.actions import customers, merging
from helpdesk.actions.customer_record import note
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import ContactPoint, Customer, Message, NotPossible, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.customer_page import doubles
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.merge_fields import FIELDS
from tests.desks import SECRET
from tests.factories import Mail, make_agent, receive
from tests.promises.customer_worlds import PEOPLE, World, add_the_field

people = st.integers(0, PEOPLE - 1)
names = st.sampled_from(["", "Ann Lee", "安妮", "A. Lee"])
takes = st.frozensets(st.sampled_from(sorted(FIELDS)))


class Worlds(RuleBasedStateMachine):
    template: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp(prefix="worlds-"))
        shutil.copy(self.template, self.folder / "desk.db")
        url = f"sqlite:///{self.folder / 'desk.db'}"
        self.desk = open_desk(
            Settings(
                data_dir=self.folder, database_url=url, secret_key=SECRET, smtp_listen="",
                encoder="none",
            )
        )  # fmt: skip
        agent = make_agent(self.desk)
        add_the_field(self.desk)
        self.merged, self.apart = (
            World(self.desk, "qworld", agent),
            World(self.desk, "zworld", agent),
        )

    def both(self, what: str, *args: Any) -> None:
        for world in (self.merged, self.apart):
            getattr(world, what)(*args)

    @rule(person=people, name=names)
    def somebody_writes(self, person: int, name: str) -> None:
        self.both("mail", person, name)

    @rule(person=people)
    def somebody_is_answered_and_replies(self, person: int) -> None:
        self.both("answer_and_reply", person)

    @rule(person=people)
    def somebody_orders(self, person: int) -> None:
        self.both("order", person)

    @rule(person=people, named=people, name=names)
    def a_visitor_names_an_address(self, person: int, named: int, name: str) -> None:
        self.both("chat_names", person, named, name)

    @precondition(lambda self: hasattr(self, "merged"))
    @rule(person=people, what=st.sampled_from(["note", "add_address"]))
    def an_agent_adds_to_a_record(self, person: int, what: str) -> None:
        if self.merged.stands(person):
            self.both(what, person)

    @rule(person=people, name=names)
    def an_agent_renames(self, person: int, name: str) -> None:
        """Whoever saves a form as it stands says nothing about the record itself."""
        if self.merged.stands(person) and self.merged.is_called(person) != name:
            self.both("rename", person, name)

    @rule(person=people, value=st.sampled_from(["", "S", "M"]))
    def an_agent_fills_in_a_field(self, person: int, value: str) -> None:
        if self.merged.stands(person) and self.merged.shows(person) != value:
            self.both("set_field", person, value)

    @rule(person=people, tier=st.sampled_from(["", "gold", "vip"]))
    def a_supervisor_sets_the_tier(self, person: int, tier: str) -> None:
        if self.merged.stands(person) and not self.merged.ties():
            self.both("set_tier", person, tier)

    @rule(kept=people, other=people, sides=takes)
    def two_are_merged(self, kept: int, other: int, sides: frozenset[str]) -> None:
        if kept != other and self.merged.stands(kept) and self.merged.stands(other):
            self.merged.merge(kept, other, sides)

    @rule(which=st.integers(0, PEOPLE))
    def two_are_taken_apart(self, which: int) -> None:
        if ties := self.merged.ties():
            self.merged.take_apart(ties[which % len(ties)])

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            for tie in self.merged.ties():
                self.merged.take_apart(tie)
            assert self.merged.all_there_is() == self.apart.all_there_is()
        finally:
            self.desk.database.close()
            shutil.rmtree(self.folder)


def explore(template: Path, examples: int, steps: int) -> None:
    Worlds.template = template
    run_state_machine_as_test(
        Worlds,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip


def test_promise_7_merge_traffic_unmerge_equals_never_merged(sqlite_template: Path) -> None:
    explore(sqlite_template, examples=12, steps=14)


@pytest.mark.slow
def test_promise_7_the_same_for_longer(sqlite_template: Path) -> None:
    explore(sqlite_template, examples=120, steps=30)


def test_promise_7_on_both_databases_with_chains_and_traffic_between(desk: Desk) -> None:
    agent = make_agent(desk)
    add_the_field(desk)
    merged, apart = World(desk, "qworld", agent), World(desk, "zworld", agent)

    def both(what: str, *args: Any) -> None:
        for world in (merged, apart):
            getattr(world, what)(*args)

    both("set_field", 1, "S")
    both("set_field", 2, "M")
    both("mail", 1, "Bo Berg")
    both("chat_names", 2, 3, "Cy")
    merged.merge(1, 2, frozenset({"name"}))
    both("mail", 2, "Cy Clark")
    both("answer_and_reply", 2)
    merged.merge(0, 1, frozenset())
    both("order", 1)
    both("order", 2)
    both("mail", 1, "")
    both("note", 0)
    both("chat_names", 1, 3, "Bo")
    both("add_address", 0)
    assert merged.shows(0) == "S"
    both("set_field", 0, "L")
    first, second = merged.ties()
    with desk.read() as session:
        everything = session.get_one(Customer, merged.records[0])
        assert everything.name == "Cy Clark"  # it has none, and 1 shows what 2 is called
        owners = set(session.scalars(select(Ticket.customer_id).where(
            Ticket.customer_id.in_(merged.records[:3]))))  # fmt: skip
        assert owners == {merged.records[0]}
    merged.take_apart(first)
    assert merged.stands(2)
    assert not merged.stands(1)
    both("mail", 2, "")
    merged.take_apart(second)
    assert merged.all_there_is() == apart.all_there_is()


# What an agent can rely on


def two(desk: Desk) -> tuple[int, int]:
    one = receive(desk, Mail(sender="Ann Lee <ann@fjell.example>")).customer
    other = receive(desk, Mail(sender="ann.lee@work.example")).customer
    assert one
    assert other
    return one, other


def test_promise_7_a_merged_person_is_found_by_either_name(desk: Desk) -> None:
    agent, (one, other) = make_agent(desk), two(desk)

    def found(words: str) -> int:
        with desk.read() as session:
            return len(search(session, agent, words).rows)

    assert (found("ann@fjell.example"), found("work")) == (1, 1)
    customers.merge(desk, agent, one, other, "She said so")
    assert (found("ann@fjell.example"), found("work")) == (2, 2)
    with desk.read() as session:
        (tie,) = [m.id for m in session.query(merging.CustomerMerge)]
    merging.unmerge(desk, agent, tie)
    assert (found("ann@fjell.example"), found("work")) == (1, 1)


def test_promise_7_what_was_merged_cannot_be_merged_or_undone_twice(desk: Desk) -> None:
    agent, (one, other) = make_agent(desk), two(desk)
    customers.merge(desk, agent, one, other, "")
    with pytest.raises(NotPossible):
        customers.merge(desk, agent, one, other, "")
    with desk.read() as session:
        tie = session.query(merging.CustomerMerge).one().id
    assert merging.unmerge(desk, agent, tie) == other
    with pytest.raises(NotPossible):
        merging.unmerge(desk, agent, tie)
    with pytest.raises(NotFound):
        merging.unmerge(desk, agent, tie + 1)


def test_promise_7_who_was_trusted_as_one_person_waits_for_a_word_afterwards(desk: Desk) -> None:
    agent, (one, other) = make_agent(desk), two(desk)
    with desk.read() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.customer_id == one)).one().id
        first = session.scalars(select(Message).where(Message.ticket_id == ticket)).one()
    customers.merge(desk, agent, one, other, "")
    headers = {"In-Reply-To": first.message_id or ""}
    receive(desk, Mail(sender="ann.lee@work.example", headers=headers))

    def trusted() -> list[bool]:
        with desk.read() as session:
            people = session.get_one(Ticket, ticket).participants
            return [person.confirmed_at is not None for person in people]

    before = trusted()
    with desk.read() as session:
        tie = session.query(merging.CustomerMerge).one().id
    merging.unmerge(desk, agent, tie)
    assert trusted()[0]
    assert not any(trusted()[1:])
    assert len(before) == len(trusted())


def test_promise_7_a_suggestion_answered_by_a_merge_is_open_again(desk: Desk) -> None:
    agent, (one, other) = make_agent(desk), two(desk)
    with desk.write() as session:
        customers.suggest(session, one, other, "They look alike")
    with desk.read() as session:
        (double,) = doubles(session, agent, one)
    customers.accept_suggestion(desk, agent, double.suggestion_id)
    with desk.read() as session:
        assert doubles(session, agent, one) == []
        tie = session.query(merging.CustomerMerge).one().id
    merging.unmerge(desk, agent, tie)
    with desk.read() as session:
        assert [each.id for each in doubles(session, agent, one)] == [other]


def test_promise_7_a_note_on_a_merged_record_stays_with_the_one_that_was_kept(desk: Desk) -> None:
    agent, (one, other) = make_agent(desk), two(desk)
    customers.merge(desk, agent, one, other, "")
    note(desk, agent, other, "Written on the address of the record that is part of another")
    with desk.read() as session:
        tie = session.query(merging.CustomerMerge).one().id
        counted = select(func.count()).select_from(ContactPoint)
        assert session.scalar(counted.where(ContactPoint.customer_id == one)) == 2
    merging.unmerge(desk, SYSTEM, tie)
    with desk.read() as session:
        noted = session.scalars(select(merging.CustomerNote.customer_id)).all()
        assert noted == [one]
