"""A desk whose widget, number and mailbox have the bot on, and what stands where Rasa does."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from helpdesk.actions import bot_turns, inboxes, intake
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.jobs.bot_turn import take_turn
from helpdesk.jobs.rasa import Rasa
from helpdesk.models import BotTurn, Message, Ticket
from helpdesk.rules import bot_policy
from helpdesk.rules.actor import SYSTEM
from tests.standins.rasa import RasaStandIn

_numbers = itertools.count(1)


@dataclass
class Chat:
    """A visitor of the shop's widget, on which the bot answers first."""

    desk: Desk
    inbox: int
    visitor: str
    ticket: int = 0

    def say(self, text: str, language: str = "en", **more: object) -> Outcome:
        client = f"message-{next(_numbers):06}"
        said = {"visitor": self.visitor, "client_id": client, "text": text, "language": language}
        raw = json.dumps(said | more).encode()
        kept = intake.accept(self.desk, self.inbox, raw, key=f"{self.visitor}:{client}")
        found = intake.attach(self.desk, kept.envelope_id)
        self.ticket = found.ticket or 0
        return found

    def transcript(self) -> list[tuple[str, str]]:
        """(who, words) of the public messages, in order."""
        with self.desk.read() as session:
            rows = session.execute(
                select(Message.author_kind, Message.text)
                .where(Message.ticket_id == self.ticket, Message.visibility == "public")
                .order_by(Message.seq)
            )
            return [(row.author_kind, row.text) for row in rows]

    def row(self) -> Ticket:
        with self.desk.read() as session:
            return session.get_one(Ticket, self.ticket)

    def turns(self) -> list[BotTurn]:
        with self.desk.read() as session:
            found = select(BotTurn).where(BotTurn.ticket_id == self.ticket).order_by(BotTurn.id)
            return list(session.scalars(found))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns are due the moment they are owed: nobody waits for the end of a burst."""
    monkeypatch.setattr(bot_policy, "due_at", lambda _first, moment: moment)


@pytest.fixture
def chat(desk: Desk, at_once: None) -> Chat:
    inbox = inboxes.add_inbox(
        desk, SYSTEM, channel="chat", address="shop", name="Shop", settings={"bot": True}
    )
    return Chat(desk, inbox, f"v_{next(_numbers):032}")


@pytest.fixture(scope="session")
def rasa_process() -> Iterator[RasaStandIn]:
    with RasaStandIn() as process:
        yield process


@pytest.fixture
def rasa(rasa_process: RasaStandIn) -> Rasa:
    return Rasa(rasa_process.url)


def take_all(desk: Desk, rasa: Rasa) -> None:
    """Take every turn that is due."""
    for turn in bot_turns.due(desk):
        take_turn(desk, rasa, turn)
