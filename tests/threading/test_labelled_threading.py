"""Every labelled case through the real intake: precision and recall of joining, no forged join."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions import inboxes, replies, ticket_merging, ticket_parting, tickets
from helpdesk.desk import Desk
from helpdesk.models import Message, Ticket
from helpdesk.models.ticket import Participant
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Status
from tests.factories import Mail, receive
from tests.threading.cases import LONG_ENDED, TRUSTED, Case, Lands, Sender, State, World, cases

OURS = "support@tarnfold.example"
CASES = list(cases())


@pytest.fixture
def support(desk: Desk) -> Desk:
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=OURS, name="Support",
        settings={"authentication": "header", "trusted_authserv": TRUSTED},
    )  # fmt: skip
    return desk


def test_labelled_threading(support: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them on one desk, which fills up with tickets that must not be mixed up."""
    places = Places(support)
    landed = [(case, _landing(support, case, *places.of(case))) for case in CASES]
    wrong = [f"{case.name}: {was}, not {case.lands}" for case, was in landed if was != case.lands]
    joined = [case for case, was in landed if was is Lands.JOINED]
    right = [case for case in joined if case.lands is Lands.JOINED]
    wanted = [case for case in CASES if case.lands is Lands.JOINED]
    with capsys.disabled():
        print(  # noqa: T201  the figures are what the run is read for
            f"\nthreading, {len(CASES)} cases: precision {len(right) / len(joined):.3f}, "
            f"recall {len(right) / len(wanted):.3f}"
        )
    assert not [case.name for case in joined if case.forged], "a forged mail was joined"
    assert not wrong


def test_there_are_enough_cases_and_no_two_are_one() -> None:
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


def test_an_unproved_stranger_who_joins_is_shown_and_not_written_to(support: Desk) -> None:
    world = _world(support)
    receive(support, Mail(sender="Bo <bo@dal.example>", headers={"In-Reply-To": world.our_mail}))
    with support.read() as session:
        people = session.query(Participant).filter_by(ticket_id=world.ticket).all()
        assert [p.confirmed_at is not None for p in people] == [True, False]
    said = replies.send(support, SYSTEM, world.ticket, "Soon.")
    assert len(said.deliveries) == 1


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_an_answer_soon_after_the_end_reopens_the_ticket(support: Desk, status: Status) -> None:
    world = _world(support)
    tickets.change_status(support, SYSTEM, world.ticket, status)
    answer = Mail(headers={"In-Reply-To": world.our_mail})
    assert receive(support, answer).ticket == world.ticket
    assert _status(support, world.ticket) == "open"


def test_the_old_subject_tag_leads_to_the_survivor_and_back(support: Desk) -> None:
    """What it brought leaves with the ticket that it was meant for, when the two are parted."""
    world = _world(support)
    survivor = _merged(support, world.ticket)
    tag = next(case for case in CASES if case.name == f"tag, {State.MERGED}, {Sender.PROVED}")
    assert receive(support, tag.mail(world)).ticket == survivor
    ticket_parting.unmerge(support, SYSTEM, world.ticket)
    with support.read() as session:
        said = session.query(Message).filter_by(ticket_id=world.ticket, direction="inbound").all()
        assert [m.signal for m in said][-1] == "subject_tag"


def _world(desk: Desk) -> World:
    hers, another = Mail(), Mail(subject="Boots")
    ticket, other = receive(desk, hers).ticket or 0, receive(desk, another).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "It is on its way.")
    more = replies.send(desk, SYSTEM, other, "They are in the shop.")
    address = plus_address.make(OURS, ticket, desk.vault.key("plus addresses"))
    return World(ticket, other, hers.message_id, said.message_id, more.message_id, address)


class Places:
    """For each case a ticket in its state, and the one that mail for it belongs to then. What
    does not join leaves it as it is: such cases share theirs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shared: dict[State, tuple[World, int]] = {}

    def of(self, case: Case) -> tuple[World, int]:
        if case.lands is Lands.JOINED:
            return self._place(case.state)
        if case.state not in self._shared:
            self._shared[case.state] = self._place(case.state)
        return self._shared[case.state]

    def _place(self, state: State) -> tuple[World, int]:
        world = _world(self._desk)
        return world, _put_in_state(self._desk, world.ticket, state)


def _landing(desk: Desk, case: Case, world: World, meant: int) -> Lands | str:
    """Where the case's mail lands; a sentence when something else is wrong with it."""
    before = _status(desk, meant)
    outcome = receive(desk, case.mail(world))
    if outcome.outcome == "bounce":
        if outcome.ticket not in (meant, None) or _status(desk, meant) != before:
            return f"news of ticket {outcome.ticket}; this one became {_status(desk, meant)}"
        return Lands.NEWS if outcome.ticket else Lands.IGNORED
    if case.automatic and (outcome.outcome, _status(desk, meant)) != ("note", before):
        return f"{outcome.outcome}, and the ticket became {_status(desk, meant)}"
    with desk.read() as session:
        assert outcome.ticket is not None
        if outcome.ticket in (world.ticket, world.other, meant):
            return Lands.JOINED if outcome.ticket == meant else f"joined ticket {outcome.ticket}"
        fresh = session.get_one(Ticket, outcome.ticket)
        said = session.query(Message).filter_by(ticket_id=fresh.id).one()
        if fresh.linked_ticket_id == meant:
            return Lands.LINKED
        named = f"ticket {meant}" in said.evidence
        return Lands.SUGGESTED if named else Lands.NEW


def _put_in_state(desk: Desk, ticket_id: int, state: State) -> int:
    """The ticket that mail for it belongs to then: itself, or the one that it is part of."""
    if state is State.MERGED:
        return _merged(desk, ticket_id)
    if state in LONG_ENDED:
        ended = Status.CLOSED if state is State.LONG_CLOSED else Status.RESOLVED
        tickets.change_status(desk, SYSTEM, ticket_id, ended)
        with desk.write() as session:
            ticket = session.get_one(Ticket, ticket_id)
            assert ticket.ended_at is not None
            ticket.ended_at -= timedelta(days=desk.settings.thread_days + 1)
    elif _status(desk, ticket_id) != state.value:
        tickets.change_status(desk, SYSTEM, ticket_id, Status(state.value))
    return ticket_id


def _merged(desk: Desk, ticket_id: int) -> int:
    """The ticket of another customer that it becomes part of."""
    survivor = receive(desk, Mail(sender="Cleo <cleo@dal.example>", subject="Stove")).ticket or 0
    ticket_merging.merge(desk, SYSTEM, ticket_id, survivor)
    return survivor


def _status(desk: Desk, ticket_id: int) -> str:
    with desk.read() as session:
        return session.get_one(Ticket, ticket_id).status
