"""Promise 2 under every order of customer, agent, bot and crash: never two speakers, never silence.

Hypothesis makes the orders; threads make the true races.
"""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import select, update

from helpdesk.actions import bot_answers, bot_turns, handovers, replies, tickets
from helpdesk.actions.bot_turns import Taken
from helpdesk.desk import Desk
from helpdesk.models import BotTurn, Message, Ticket, TurnState, now
from helpdesk.rules.actor import Actor
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.bot_reply import BotReply
from tests.actions.test_concurrency import at_once as together
from tests.factories import make_agent
from tests.turns.conftest import Chat

_visitors = itertools.count(5_000)
HANDS_OFF = BotReply(text="A person comes.", commands=({"do": "handoff", "reason": "asked"},))
RESOLVES = BotReply(text="Good bye.", commands=({"do": "resolve"},))
SAYS = BotReply(text="From the bot.")
ANSWERS = st.sampled_from([SAYS, HANDS_OFF, RESOLVES])


class Interleaving(RuleBasedStateMachine):
    """One ticket; any number of workers that hold, lose, repeat and forget its turns."""

    def __init__(self, chat: Chat, mei: Actor) -> None:
        super().__init__()
        self.chat = Chat(chat.desk, chat.inbox, f"v_{next(_visitors):032}")
        self.desk, self.mei = chat.desk, mei
        self.held: list[Taken] = []
        self.chat.say("hello")

    def due(self) -> list[int]:
        with self.desk.read() as session:
            found = select(BotTurn.id).where(
                BotTurn.ticket_id == self.chat.ticket, BotTurn.state == "due"
            )
            return list(session.scalars(found))

    def spoken(self) -> list[str]:
        return [who for who, _ in self.chat.transcript()]

    @rule()
    def the_customer_says_something(self) -> None:
        before = self.chat.ticket
        self.chat.say("and then")
        assert self.chat.ticket == before

    @rule()
    def a_worker_takes_what_is_due(self) -> None:
        taken = [bot_turns.claim(self.desk, turn) for turn in self.due()]
        self.held += [each for each in taken if each]

    @rule()
    def its_worker_dies(self) -> None:
        with self.desk.write() as session:
            session.execute(
                update(BotTurn)
                .where(BotTurn.ticket_id == self.chat.ticket)
                .values(lease_until=now() - timedelta(seconds=1))
            )

    @precondition(lambda self: self.held)
    @rule(data=st.data(), reply=ANSWERS)
    def rasa_answers_on_time_late_or_again(self, data: st.DataObject, reply: BotReply) -> None:
        taken = data.draw(st.sampled_from(self.held))
        self._speaks(taken, lambda: bot_answers.answer(self.desk, taken, reply, "en"))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), is_sure=st.booleans())
    def something_stands_in(self, data: st.DataObject, is_sure: bool) -> None:
        taken = data.draw(st.sampled_from(self.held))
        if is_sure:
            act = lambda: bot_answers.stand_in(self.desk, taken, "An article.", "en", "dead", [])  # noqa: E731
        else:
            act = lambda: bot_answers.hand_off(self.desk, taken, Handoff.SILENT, "en", "dead")  # noqa: E731
        self._speaks(taken, act)

    def _speaks(self, taken: Taken, act) -> None:  # type: ignore[no-untyped-def]
        row, before = self.chat.row(), self.spoken()
        act()
        fresh = self.spoken()[len(before) :]
        if fresh:
            assert fresh == ["bot"]
            assert (row.owner, row.bot_epoch) == ("bot", taken.epoch)

    @rule()
    def an_agent_replies(self) -> None:
        replies.send(self.desk, self.mei, self.chat.ticket, "From Mei.")
        assert self.chat.row().owner == "people"

    @rule()
    def an_agent_takes_over(self) -> None:
        handovers.take_over(self.desk, self.mei, self.chat.ticket)
        assert self.chat.row().owner == "people"

    @rule()
    def it_is_given_to_an_agent(self) -> None:
        tickets.assign(self.desk, self.mei, self.chat.ticket, None)
        tickets.assign(self.desk, self.mei, self.chat.ticket, self.mei.id)

    @precondition(lambda self: self.chat.row().owner == "people")
    @rule()
    def an_agent_hands_back(self) -> None:
        if self.chat.row().status in ("open", "waiting"):
            handovers.hand_back(self.desk, self.mei, self.chat.ticket)

    @invariant()
    def each_settled_turn_spoke_once_at_most_and_one_is_due_at_most(self) -> None:
        turns = self.chat.turns()
        spoke = [t for t in turns if t.state in ("answered", "stood_in")]
        assert self.spoken().count("bot") == len(spoke)
        assert len(self.due()) <= 1

    @invariant()
    def nobody_waits_in_silence(self) -> None:
        """In a ticket of the bot, what the customer said last has an answer or a turn."""
        with self.desk.read() as session:
            ticket = session.get_one(Ticket, self.chat.ticket)
            last = session.scalars(
                select(Message)
                .where(Message.ticket_id == ticket.id, Message.visibility == "public")
                .order_by(Message.seq.desc())
                .limit(1)
            ).one()
        if ticket.owner == "bot" and last.direction == "inbound":
            (turn,) = [t for t in self.chat.turns() if t.state == TurnState.DUE.value]
            assert (turn.through_seq, turn.epoch) == (last.seq, ticket.bot_epoch)
        if ticket.owner == "people":
            assert self.due() == []


def test_promise_2_under_any_order_of_customer_agent_bot_and_crash(desk: Desk, chat: Chat) -> None:
    mei = make_agent(desk)
    run_machine(
        lambda: Interleaving(chat, mei),
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_promise_2_an_agent_and_the_bot_at_the_same_moment(desk: Desk, chat: Chat) -> None:
    """Whoever comes first, the bot never speaks after the person."""
    mei = make_agent(desk)
    for number in range(8):
        visitor = Chat(desk, chat.inbox, f"v_{9000 + number:032}")
        visitor.say("hello")
        taken = bot_turns.claim(desk, bot_turns.due(desk)[0])
        assert taken is not None
        together(
            lambda v=visitor: replies.send(desk, mei, v.ticket, "From Mei."),
            lambda t=taken: bot_answers.answer(desk, t, SAYS, "en"),
            lambda t=taken: bot_answers.answer(desk, t, SAYS, "en"),
            lambda v=visitor: v.say("and then"),
        )
        spoken = [who for who, _ in visitor.transcript()]
        assert spoken.count("bot") <= 1
        assert "bot" not in spoken[spoken.index("agent") :]
        assert visitor.row().owner == "people"
        assert bot_turns.due(desk) == []


def test_promise_2_one_turn_that_many_workers_want_is_one_workers(desk: Desk, chat: Chat) -> None:
    chat.say("hello")
    (turn,) = bot_turns.due(desk)
    taken = together(*[lambda: bot_turns.claim(desk, turn)] * 8)
    assert len([each for each in taken if each]) == 1


def test_promise_2_many_quick_messages_at_once_are_one_turn(desk: Desk, chat: Chat) -> None:
    chat.say("hello")
    ticket = chat.ticket
    together(*[lambda n=n: chat.say(f"more {n}") for n in range(6)])
    assert chat.ticket == ticket
    (turn,) = chat.turns()
    assert (turn.state, turn.through_seq) == ("due", 7)
