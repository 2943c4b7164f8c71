"""To people: at once where they are here, else with a message taken."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.actions.reply import Reply
from bot.actions.sentences import GREETINGS_OF_OTHERS
from bot.actions.turn import Turn

REASONS = {
    "talk_to_human": "asked",
    "anger": "anger",
    "complaint": "complaint",
    "repeated_contact": "repeated",
    "other_language": "other_language",
    "no_access": "unproved",
}
MAX_SUMMARY = 1000


class HandOff(Action):
    """The customer asked for a person, or a rule says that one is needed."""

    def name(self) -> str:
        return "action_hand_off"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        return hand_off(dispatcher, turn, REASONS.get(turn.intent, "asked"))


def hand_off(dispatcher: CollectingDispatcher, turn: Turn, reason: str) -> list[EventType]:
    """Says why and what comes next; leaves any form. When nobody is here and nobody could find
    the customer later, the handoff waits until the form has taken a message."""
    reply = Reply(turn)
    if reason == "other_language":
        reply.say_as_is(GREETINGS_OF_OTHERS.get(turn.found_language or "", ""))
    reply.say(f"because_{reason}")
    if not turn.people_here and not turn.is_reachable:
        reply.say("handoff_message").send(dispatcher)
        return [*left_form(), *_message_form(turn, reason)]
    reply.say("handoff_here" if turn.people_here else "handoff_away")
    reply.command("handoff", reason=reason, summary=summary(turn)).send(dispatcher)
    return [*left_form(), SlotSet("pending", None), SlotSet("misses", 0)]


def summary(turn: Turn) -> dict[str, Any]:
    """What was asked, tried and collected, for the person who takes over."""
    names = ("order_number", "ticket_subject", "ticket_text", "ticket_email")
    collected = {name: turn.kept(name) for name in names if turn.kept(name)}
    if turn.order_number:
        collected["order_number"] = turn.order_number
    if turn.email:
        collected.setdefault("ticket_email", turn.email)
    asked = turn.kept("asked") or turn.text
    return {
        "asked": str(asked)[:MAX_SUMMARY],
        "tried": list(turn.kept("tried", [])),
        "collected": collected,
    }


def left_form() -> list[EventType]:
    return [ActiveLoop(None), SlotSet("requested_slot", None)]


def _message_form(turn: Turn, reason: str) -> list[EventType]:
    """The subject is what was asked before; the rest is for the customer to say."""
    asked = turn.kept("asked")
    return [
        SlotSet("ticket_reason", reason),
        SlotSet("ticket_subject", str(asked)[:80] if asked else None),
        SlotSet("ticket_text", None),
        SlotSet("ticket_confirmed", None),
        FollowupAction("ticket_form"),
    ]
