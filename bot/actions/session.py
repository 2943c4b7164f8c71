"""The start of a talk: what people collected and settled before they handed it back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.entry import email_in, order_number_in


class StartSession(Action):
    """Fills the slots that are known, so that no form asks for them again.

    A handback begins a talk of its own (``ticket:epoch``), which remembers nothing by itself.
    """

    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        metadata = tracker.get_slot("session_started_metadata") or {}
        known = [SlotSet(name, value) for name, value in collected(metadata).items()]
        return [SessionStarted(), *known, ActionExecuted("action_listen")]


def collected(metadata: dict[str, Any]) -> dict[str, str]:
    """Slots by name, from the desk's ``collected`` and from the words of ``settled``.

    Both were typed by somebody: only what has the form of a number or an address counts.
    """
    given = metadata.get("collected")
    given = given if isinstance(given, dict) else {}
    settled = str(metadata.get("settled") or "")
    found = {
        "order_number": order_number_in(settled) or order_number_in(str(given.get("order_number"))),
        "ticket_email": email_in(str(given.get("ticket_email"))),
    }
    return {name: value for name, value in found.items() if value}
