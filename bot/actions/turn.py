"""What an action may know of the talk: the last message, its circumstances, what came before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rasa_sdk import Tracker

from bot.entry import email_in, order_number_in
from bot.language import SPOKEN, language_of, settled

SHORT_CHANNELS = ("sms", "phone")
BUTTON_CHANNELS = ("chat",)


@dataclass(frozen=True)
class Turn:
    """One turn of the customer's, read from Rasa's tracker."""

    tracker: Tracker

    @property
    def text(self) -> str:
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def intent(self) -> str:
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "nlu_fallback")

    @property
    def guess(self) -> str:
        """The classifier's best intent, whether it was trusted or not."""
        return str(self.tracker.latest_message.get("guess") or self.intent)

    def is_sure_of(self, least: float) -> bool:
        """Whether the intent is trusted that far; those of plain rules always are."""
        by_rule = self.intent != self.guess
        return by_rule or float(self.tracker.latest_message.get("trust") or 0) >= least

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Of the last message: ticket, epoch, channel, locale, ... (contract of the desk)."""
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                return dict(event.get("metadata") or {})
        return {}

    @property
    def found_language(self) -> str | None:
        return language_of(self.text)

    @cached_property
    def language(self) -> str:
        """The one to answer in: always one that is spoken here."""
        locale = str(self.metadata.get("locale", ""))
        found = settled(self.found_language, locale, self._language_before)
        return found if found in SPOKEN else "en"

    @property
    def _language_before(self) -> str | None:
        said = [event for event in self.tracker.events if event.get("event") == "user"]
        for event in reversed(said[:-1]):
            found = language_of(str(event.get("text") or ""))
            if found in SPOKEN:
                return found
        return None

    @property
    def is_short(self) -> bool:
        return self.metadata.get("channel") in SHORT_CHANNELS

    @property
    def is_mail(self) -> bool:
        return self.metadata.get("channel") == "email"

    @property
    def has_buttons(self) -> bool:
        return self.metadata.get("channel", "chat") in BUTTON_CHANNELS

    @property
    def people_here(self) -> bool:
        return bool(self.metadata.get("people_here"))

    @property
    def is_reachable(self) -> bool:
        """Whether an answer finds the customer after this page is closed."""
        known = bool(self.metadata.get("customer_known"))
        return known or self.metadata.get("channel", "chat") != "chat"

    @property
    def code(self) -> str:
        """What came of the one-time code in the message (right, wrong, expired, spent), or "".

        The desk has tried it; its digits never reach the bot."""
        return str(self.metadata.get("code") or "")

    @property
    def knows_what_was_settled(self) -> bool:
        """Whether people handed the talk back with a word on what they settled."""
        return bool(self.metadata.get("settled"))

    @property
    def has_spoken(self) -> bool:
        """Whether the bot has said anything in this talk."""
        return any(event.get("event") == "bot" for event in self.tracker.events)

    @property
    def order_number(self) -> str | None:
        return order_number_in(self.text)

    @property
    def email(self) -> str | None:
        return email_in(self.text)

    def kept(self, slot: str, otherwise: Any = None) -> Any:
        value = self.tracker.get_slot(slot)
        return otherwise if value is None else value

    @property
    def requested(self) -> str | None:
        """The slot that a form has asked for."""
        wanted = self.tracker.get_slot("requested_slot")
        return str(wanted) if wanted else None

    @property
    def understood(self) -> dict[str, Any]:
        """What agents see on the bot's message."""
        said = self.tracker.latest_message
        ranking = [one for one in said.get("intent_ranking") or [] if one["name"] != "nlu_fallback"]
        return {
            "intent": self.intent,
            "confidence": round(float((said.get("intent") or {}).get("confidence") or 0), 4),
            "ranking": [[one["name"], round(float(one["confidence"]), 4)] for one in ranking[:3]],
            "cosine": said.get("cosine", 0.0),
            "trust": said.get("trust", 0.0),
            "language": self.found_language if self._is_foreign else self.language,
            "entities": self._entities,
        }

    @property
    def _is_foreign(self) -> bool:
        return self.intent == "other_language"

    @property
    def _entities(self) -> dict[str, str]:
        found = {"order_number": self.order_number, "email": self.email}
        return {name: value for name, value in found.items() if value}
