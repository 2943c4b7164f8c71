"""Two agents do opposite things to one ticket at once: a defined, shown outcome for each pair.

Each pair runs at the same moment, over both databases. Whichever comes first, the table says what
each of the two hears, and how the ticket stands; and nothing is lost, doubled or half done.

Replies are sent both ways: at once, as the API and chat do it, and held for the seconds in which
they may be taken back, as the page does it; then what the table says holds once they have left.

| one, other | assign          | resolve       | merge                | send                 |
| ---------- | --------------- | ------------- | -------------------- | -------------------- |
| assign     | the later stays | both hold     | first, or told of it | both hold            |
| resolve    |                 | resolved once | first, or told of it | sent, and resolved   |
| merge      |                 |               | one of the two ways  | sent, or told of it  |
| send       |                 |               |                      | one after another    |
| close      |                 |               |                      | sent, and closed     |
| take back  |                 | both hold     | taken back, or told  | gone, or told: left  |

"told of it": the words name the ticket that goes on. What the page then shows is
``tests/web/test_opposite_things.py``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from helpdesk.actions import held as held_back
from helpdesk.actions import replies, tickets
from helpdesk.actions.held import Wait
from helpdesk.actions.ticket_merging import merge
from helpdesk.actions.ticket_parting import unmerge
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Delivery, Message, NotPossible, Ticket, TicketMerge, now
from helpdesk.models.message import Hold
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Status
from tests.actions.test_concurrency import at_once
from tests.factories import Mail, make_agent, receive

HELD, TOLD, GONE = "held", "told", "gone"


@dataclass
class Scene:
    """One ticket, another one of the same customer, and two agents."""

    desk: Desk
    agents: tuple[Actor, Actor]
    ticket: int
    other: int
    hold: str = ""

    def assign(self, who: Actor) -> None:
        tickets.assign(self.desk, who, self.ticket, who.id)

    def resolve(self, who: Actor) -> None:
        tickets.change_status(self.desk, who, self.ticket, Status.RESOLVED)

    def merge(self, who: Actor) -> None:
        """The second agent merges the other way round."""
        there = (self.ticket, self.other)
        merge(self.desk, who, *(there if who is self.agents[0] else there[::-1]))

    def merge_away(self, who: Actor) -> None:
        merge(self.desk, who, self.ticket, self.other)

    def send(self, who: Actor) -> None:
        wait = Wait(self.hold, now() + timedelta(seconds=8)) if self.hold else None
        replies.send(self.desk, who, self.ticket, f"From {who.name}", seen_seq=1, wait=wait)

    def close(self, who: Actor) -> None:
        tickets.change_status(self.desk, who, self.ticket, Status.CLOSED)

    def take_back(self, who: Actor) -> None:
        """By the address that the page had before anything else happened."""
        held_back.withdraw(self.desk, who, self.ticket, self.held()[0])

    def held(self) -> list[int]:
        with self.desk.read() as session:
            return list(session.scalars(select(Message.id).where(Message.hold.is_not(None))))

    def let_out(self) -> None:
        """The seconds pass in which a reply may be taken back; nothing is held any more."""
        with self.desk.write() as session:
            session.execute(
                update(Message).where(Message.hold.is_not(None)).values(held_until=now())
            )
        for message in self.held():
            held_back.let_out(self.desk, message)
        assert self.held() == []

    def row(self, number: int) -> Ticket:
        with self.desk.read() as session:
            return session.get_one(Ticket, number)

    def events(self, event: str) -> int:
        with self.desk.read() as session:
            found = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == event)
            return session.scalar(found) or 0

    def texts(self, number: int) -> list[str]:
        with self.desk.read() as session:
            found = select(Message.text).where(Message.ticket_id == number).order_by(Message.place)
            return [text.strip() for text in session.scalars(found)]


@pytest.fixture
def scene(desk: Desk) -> Scene:
    ticket, other = (
        receive(desk, Mail(subject=subject, text=subject)).ticket or 0 for subject in ("A", "B")
    )
    return Scene(desk, (make_agent(desk, "Mei Chen"), make_agent(desk, "Bo Weber")), ticket, other)


@pytest.fixture(params=["", Hold.UNDO], ids=["at_once", "held"])
def sending(scene: Scene, request: pytest.FixtureRequest) -> Scene:
    """The scene, where replies are sent in one of the two ways."""
    scene.hold = request.param
    return scene


def both(scene: Scene, one: Callable[[Actor], None], other: Callable[[Actor], None]) -> list[str]:
    """What each of the two heard: it held, or they were told why not."""

    def heard(work: Callable[[Actor], None], who: Actor) -> str:
        try:
            work(who)
        except NotPossible as refusal:
            return TOLD if "is part of ticket" in str(refusal) else str(refusal)
        except NotFound:
            return GONE
        return HELD

    mei, bo = scene.agents
    return list(at_once(lambda: heard(one, mei), lambda: heard(other, bo)))


def sound(scene: Scene) -> None:
    """Whatever happened: numbers in order, every message once, one standing merge at most."""
    with scene.desk.read() as session:
        merges = session.scalar(select(func.count()).select_from(TicketMerge)) or 0
        seqs = session.execute(
            select(Message.ticket_id, Message.seq).order_by(Message.ticket_id, Message.seq)
        ).all()
        messages = session.scalar(select(func.count()).select_from(Message)) or 0
        sent = session.scalar(select(func.count()).select_from(Delivery)) or 0
    assert merges <= 1
    assert len(seqs) == len(set(seqs)) == messages == 2 + sent


def test_assign_and_assign_the_later_stays(scene: Scene) -> None:
    assert both(scene, scene.assign, scene.assign) == [HELD, HELD]
    assert scene.row(scene.ticket).assignee_id in {agent.id for agent in scene.agents}
    assert scene.events("ticket.assigned") == 2
    sound(scene)


def test_assign_and_resolve_both_hold(scene: Scene) -> None:
    assert both(scene, scene.assign, scene.resolve) == [HELD, HELD]
    row = scene.row(scene.ticket)
    assert (row.assignee_id, row.status) == (scene.agents[0].id, "resolved")
    sound(scene)


def test_assign_and_send_both_hold(sending: Scene) -> None:
    scene = sending
    assert both(scene, scene.assign, scene.send) == [HELD, HELD]
    scene.let_out()
    row = scene.row(scene.ticket)
    assert (row.assignee_id, row.status) == (scene.agents[0].id, "waiting")
    assert scene.texts(scene.ticket) == ["A", "From Bo Weber"]
    sound(scene)


def test_resolve_and_resolve_is_resolved_once(scene: Scene) -> None:
    assert both(scene, scene.resolve, scene.resolve) == [HELD, HELD]
    assert (scene.row(scene.ticket).status, scene.events("ticket.resolved")) == ("resolved", 1)
    sound(scene)


def test_resolve_and_send_ends_as_the_order_says(sending: Scene) -> None:
    """A reply leaves an ended ticket ended; resolving ends one that waits: resolved either way."""
    scene = sending
    assert both(scene, scene.resolve, scene.send) == [HELD, HELD]
    scene.let_out()
    assert scene.row(scene.ticket).status == "resolved"
    assert scene.texts(scene.ticket) == ["A", "From Bo Weber"]
    sound(scene)


def test_resolve_and_reopen_each_say_so(scene: Scene) -> None:
    def reopen(who: Actor) -> None:
        tickets.change_status(scene.desk, who, scene.ticket, Status.OPEN)

    assert both(scene, scene.resolve, reopen) == [HELD, HELD]
    status = scene.row(scene.ticket).status
    assert (status, scene.events("ticket.reopened")) in {("resolved", 0), ("open", 1)}
    sound(scene)


def test_send_and_send_stand_one_after_another(sending: Scene) -> None:
    scene = sending
    assert both(scene, scene.send, scene.send) == [HELD, HELD]
    scene.let_out()
    first, *rest = scene.texts(scene.ticket)
    assert (first, sorted(rest)) == ("A", ["From Bo Weber", "From Mei Chen"])
    sound(scene)


@pytest.mark.parametrize("what", ["assign", "resolve", "send"])
def test_merge_and_anything_else_holds_before_it_or_is_told_of_it(
    sending: Scene, what: str
) -> None:
    scene = sending
    heard = both(scene, scene.merge_away, getattr(scene, what))
    assert heard in ([HELD, HELD], [HELD, TOLD])
    came_first = heard[1] == HELD
    scene.let_out()
    survivor, merged = scene.row(scene.other), scene.row(scene.ticket)
    assert merged.merged_into_id == survivor.id
    if what == "assign":
        assert survivor.assignee_id == (scene.agents[1].id if came_first else None)
    if what == "resolve":  # the customer still waits in the other one
        assert survivor.status == "open"
    said = ["From Bo Weber"] if what == "send" and came_first else []
    assert scene.texts(survivor.id) == ["A", "B", *said]
    sound(scene)


def test_a_reply_that_is_held_leaves_from_a_ticket_that_was_closed_meanwhile(scene: Scene) -> None:
    """Who wrote it pressed Send before: it is out, and the ticket stays closed."""
    scene.hold = Hold.UNDO
    mei, bo = scene.agents
    scene.send(mei)
    scene.close(bo)
    scene.let_out()
    assert scene.texts(scene.ticket) == ["A", "From Mei Chen"]
    assert scene.row(scene.ticket).status == "closed"
    sound(scene)


def test_take_back_and_resolve_both_hold(scene: Scene) -> None:
    scene.hold = Hold.UNDO
    scene.send(scene.agents[0])
    assert both(scene, scene.take_back, scene.resolve) == [HELD, HELD]
    assert scene.row(scene.ticket).status == "resolved"
    assert scene.texts(scene.ticket) == ["A"]
    assert scene.events("message.withdrawn") == 1
    sound(scene)


def test_take_back_and_merge_is_taken_back_or_told_where_the_reply_is(scene: Scene) -> None:
    scene.hold = Hold.UNDO
    scene.send(scene.agents[0])
    heard = both(scene, scene.take_back, scene.merge_away)
    assert heard in ([HELD, HELD], [TOLD, HELD])
    said = [] if heard[0] == HELD else ["From Mei Chen"]
    scene.let_out()
    assert scene.texts(scene.other) == ["A", "B", *said]
    assert scene.events("message.withdrawn") == 1 - len(said)
    sound(scene)


def test_what_was_taken_back_after_a_merge_does_not_come_back_with_the_parting(
    scene: Scene,
) -> None:
    scene.hold = Hold.UNDO
    mei, bo = scene.agents
    scene.send(mei)
    scene.merge_away(bo)
    held_back.withdraw(scene.desk, mei, scene.other, scene.held()[0])
    assert scene.texts(scene.other) == ["A", "B"]
    unmerge(scene.desk, bo, scene.ticket)
    assert (scene.texts(scene.ticket), scene.texts(scene.other)) == (["A"], ["B"])
    sound(scene)


def test_take_back_and_take_back_is_done_once(scene: Scene) -> None:
    scene.hold = Hold.UNDO
    scene.send(scene.agents[0])
    message = scene.held()[0]

    def again(who: Actor) -> None:
        held_back.withdraw(scene.desk, who, scene.ticket, message)

    assert sorted(both(scene, again, again)) == [GONE, HELD]
    assert scene.events("message.withdrawn") == 1
    sound(scene)


def test_take_back_and_leave_is_exactly_one_of_the_two(scene: Scene) -> None:
    scene.hold = Hold.UNDO
    scene.send(scene.agents[0])
    message = scene.held()[0]
    with scene.desk.write() as session:
        session.execute(update(Message).where(Message.id == message).values(held_until=now()))

    def take_back(who: Actor) -> None:
        held_back.withdraw(scene.desk, who, scene.ticket, message)

    def leave(_who: Actor) -> None:
        with suppress(NotFound):  # the round finds nothing more to let out
            held_back.let_out(scene.desk, message)

    heard = both(scene, take_back, leave)
    said = scene.texts(scene.ticket)
    assert (heard[0], said) in ((HELD, ["A"]), ("It has left already.", ["A", "From Mei Chen"]))
    assert scene.events("message.withdrawn") == (1 if heard[0] == HELD else 0)
    sound(scene)


def test_merge_and_merge_the_other_way_round_is_one_of_the_two(scene: Scene) -> None:
    assert sorted(both(scene, scene.merge, scene.merge)) == [HELD, TOLD]
    rows = [scene.row(number) for number in (scene.ticket, scene.other)]
    assert sorted(row.merged_into_id is not None for row in rows) == [False, True]
    survivor = next(row for row in rows if row.merged_into_id is None)
    assert scene.texts(survivor.id) == ["A", "B"]
    sound(scene)


def test_merge_and_the_same_merge_is_done_once(scene: Scene) -> None:
    assert sorted(both(scene, scene.merge_away, scene.merge_away)) == [HELD, TOLD]
    assert scene.texts(scene.other) == ["A", "B"]
    sound(scene)


def test_unmerge_and_unmerge_is_done_once(scene: Scene) -> None:
    merge(scene.desk, scene.agents[0], scene.ticket, scene.other)

    def part(who: Actor) -> str:
        try:
            unmerge(scene.desk, who, scene.ticket)
        except NotPossible as refusal:
            return TOLD if "by itself already" in str(refusal) else str(refusal)
        return HELD

    heard = at_once(*[lambda who=who: part(who) for who in scene.agents])
    assert sorted(heard) == [HELD, TOLD]
    assert (scene.texts(scene.ticket), scene.texts(scene.other)) == (["A"], ["B"])
    sound(scene)


def test_mail_that_arrives_while_tickets_are_merged_is_in_one_of_them(desk: Desk) -> None:
    """Nothing lost, nothing doubled: whoever waits for the other's lock finds the survivor."""
    mei = make_agent(desk)
    for round_ in range(3):
        first = Mail(subject=f"A{round_}", text="first")
        ticket = receive(desk, first).ticket or 0
        other = receive(desk, Mail(subject=f"B{round_}", text="other")).ticket or 0
        mails = [Mail(text=f"{n}", headers={"In-Reply-To": first.message_id}) for n in range(4)]
        work: list[Callable[[], Any]] = [lambda m=mail: receive(desk, m) for mail in mails]
        join: Callable[[], Any] = lambda t=ticket, o=other: merge(desk, mei, t, o)  # noqa: E731
        outcomes = at_once(join, *work)[1:]
        with desk.read() as session:
            lie = session.execute(
                select(Message.ticket_id, func.count())
                .where(Message.ticket_id.in_((ticket, other)))
                .group_by(Message.ticket_id)
            ).all()
        assert [tuple(row) for row in lie] == [(other, 6)]
        assert {o.outcome for o in outcomes} == {"appended"}
        unmerge(desk, mei, ticket)
        with desk.read() as session:
            counted = select(func.count()).select_from(Message)
            numbers = [
                session.scalar(counted.where(Message.ticket_id == n)) for n in (ticket, other)
            ]
        assert numbers == [5, 1]


def test_every_pair_of_the_table_has_its_test() -> None:
    verbs = ("assign", "resolve", "merge", "send")
    pairs = set(itertools.combinations_with_replacement(verbs, 2))
    assert len(pairs) == 10
    named = " ".join(name for name in globals() if name.startswith("test_"))
    for one, other in pairs:
        spelled = (f"{one}_and_{other}", f"{other}_and_{one}", f"{one}_and_anything_else",
                   f"{other}_and_anything_else")  # fmt: skip
        assert any(words in named for words in spelled), (one, other)
