"""Short talk, and what a yes or a no means at this place of the talk."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.actions.handoff import hand_off, left_form
from bot.actions.reply import Reply
from bot.actions.turn import Turn

FORM_SLOTS = (
    *("order_number", "order_proof", "order_code", "order_misses"),
    *("ticket_subject", "ticket_text", "ticket_email", "ticket_confirmed", "ticket_reason"),
)


class _Says:
    """Says one sentence; what was pending stays so."""

    sentence = ""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        Reply(Turn(tracker)).say(self.sentence).send(dispatcher)
        return []


class Greet(_Says, Action):
    sentence = "greet"

    def name(self) -> str:
        return "action_greet"


class Goodbye(_Says, Action):
    sentence = "goodbye"

    def name(self) -> str:
        return "action_goodbye"


class Introduce(_Says, Action):
    sentence = "introduce"

    def name(self) -> str:
        return "action_introduce"


class NoWords(_Says, Action):
    sentence = "no_words"

    def name(self) -> str:
        return "action_no_words"


class OrderToTheBot(_Says, Action):
    """What would have the bot be something else is not followed, only answered."""

    sentence = "order_to_the_bot"

    def name(self) -> str:
        return "action_order_to_the_bot"


class Thanks(Action):
    """After an answer, thanks say that it helped."""

    def name(self) -> str:
        return "action_thanks"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        reply = Reply(turn).say("thanks")
        if turn.kept("pending") == "helped":
            reply.command("helped", yes=True)
        reply.send(dispatcher)
        return [SlotSet("pending", None), SlotSet("misses", 0)]


class Affirm(Action):
    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        pending = turn.kept("pending")
        if pending == "person":
            return hand_off(dispatcher, turn, "no_answer")
        reply = Reply(turn)
        if pending == "helped":
            reply.say("helped").command("helped", yes=True)
        else:
            reply.say("fine")
        reply.send(dispatcher)
        return [SlotSet("pending", None), SlotSet("misses", 0)]


class Deny(Action):
    """To "did this help?" it says no; to three offers, that none fits; else nothing more."""

    def name(self) -> str:
        return "action_deny"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        if turn.kept("pending") in ("helped", "choice"):
            return not_helped(dispatcher, turn)
        Reply(turn).say("fine").send(dispatcher)
        return [SlotSet("pending", None)]


class NotHelped(Action):
    def name(self) -> str:
        return "action_not_helped"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return not_helped(dispatcher, Turn(tracker))


def not_helped(dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
    """The first time a person is offered, the second time people take over."""
    if int(turn.kept("misses", 0)) >= 1:
        return hand_off(dispatcher, turn, "no_answer")
    reply = Reply(turn).say("not_helped").buttons("yes", "no")
    reply.command("helped", yes=False).send(dispatcher)
    return [SlotSet("pending", "person"), SlotSet("misses", 1), SlotSet("offered", None)]


class CarryOn(Action):
    """Says nothing: the form that comes next asks again."""

    def name(self) -> str:
        return "action_carry_on"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return []


class NeverMind(Action):
    """Leaves what was begun, and forgets what a form has asked. Who will not prove themselves by a
    code is not left with nothing: people can help them in another way."""

    def name(self) -> str:
        return "action_nevermind"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        forgotten = [SlotSet(name, None) for name in FORM_SLOTS]
        if turn.kept("order_code") and turn.intent != "goodbye":
            return [*forgotten, *hand_off(dispatcher, turn, "unproved")]
        Reply(turn).say("nevermind").send(dispatcher)
        return [*left_form(), *forgotten, SlotSet("pending", None), SlotSet("offered", None)]
