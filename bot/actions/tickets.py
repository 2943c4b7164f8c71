"""The form that opens a ticket: subject, text, an address where none is known, and a last look."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from bot.actions.handoff import summary
from bot.actions.reply import Reply
from bot.actions.sentences import say
from bot.actions.turn import Turn

MAX_SUBJECT, MAX_TEXT = 150, 4000
SHORT = 40  # characters: a longer text is the matter itself, whatever it sounds like
SURE = 0.7  # trust from which a short text may be taken for a wish to leave
LEAVES = ("nevermind", "talk_to_human", "other_language", "no_words", "order_to_the_bot")
WRONG = "?"  # what was given for an email address, and is none
PARTS = {
    "ticket_subject": ("subject", "title", "主题", "主題", "标题", "標題"),
    "ticket_text": ("message", "text", "description", "内容", "內容", "描述"),
    "ticket_email": ("email", "e-mail", "mail", "address", "邮箱", "郵箱", "信箱", "邮件", "郵件"),
}


class ValidateTicketForm(FormValidationAction):
    def name(self) -> str:
        return "validate_ticket_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        """No address is asked of someone whom an answer finds anyway."""
        known = Turn(tracker).is_reachable
        return [name for name in domain_slots if not (known and name == "ticket_email")]

    async def extract_ticket_subject(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return _free_text(Turn(tracker), "ticket_subject", MAX_SUBJECT)

    async def extract_ticket_text(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return _free_text(Turn(tracker), "ticket_text", MAX_TEXT)

    async def extract_ticket_email(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        turn = Turn(tracker)
        if turn.requested not in ("ticket_email", "ticket_confirmed"):
            return {}
        if turn.email:
            return {"ticket_email": turn.email}
        return {"ticket_email": WRONG} if _tried_an_email(turn) else {}

    async def extract_ticket_confirmed(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        turn = Turn(tracker)
        if turn.requested != "ticket_confirmed" or turn.email:
            return {}
        if part := _part_to_change(turn):
            return {part: None, "ticket_confirmed": None}
        if turn.intent in ("affirm", "deny"):
            return {"ticket_confirmed": "yes" if turn.intent == "affirm" else "no"}
        return {}

    async def validate_ticket_email(
        self, email: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return {"ticket_email": None if email == WRONG else email}

    async def validate_ticket_confirmed(
        self, said: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A no keeps the form open and asks what to change."""
        return {"ticket_confirmed": True if said in ("yes", True) else None}


class AskTicketSubject(Action):
    def name(self) -> str:
        return "action_ask_ticket_subject"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        Reply(Turn(tracker)).say("ticket_ask_subject").send(dispatcher)
        return []


class AskTicketText(Action):
    def name(self) -> str:
        return "action_ask_ticket_text"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        Reply(Turn(tracker)).say("ticket_ask_text").send(dispatcher)
        return []


class AskTicketEmail(Action):
    def name(self) -> str:
        return "action_ask_ticket_email"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        wrong = turn.requested == "ticket_email" and _tried_an_email(turn)
        Reply(turn).say("email_wrong" if wrong else "ticket_ask_email").send(dispatcher)
        return []


class AskTicketConfirmed(Action):
    """Shows what will be sent; after a no, asks what is to be changed."""

    def name(self) -> str:
        return "action_ask_ticket_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        if turn.requested == "ticket_confirmed" and turn.intent == "deny":
            Reply(turn).say("ticket_change").send(dispatcher)
            return []
        email = turn.kept("ticket_email")
        line = say("email_line", turn.language, email=email) + "\n" if email else ""
        Reply(turn).say(
            "ticket_confirm",
            subject=turn.kept("ticket_subject"),
            text=turn.kept("ticket_text"),
            email_line=line,
        ).buttons("yes", "no").send(dispatcher)
        return []


class SendTicket(Action):
    """Tells the desk to open it; a message that stands for a handoff goes to people at once."""

    def name(self) -> str:
        return "action_send_ticket"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        values = {name: turn.kept(f"ticket_{name}") for name in ("subject", "text", "email")}
        reply = Reply(turn).say("ticket_sent").command("open_ticket", **values)
        if reason := turn.kept("ticket_reason"):
            reply.command("handoff", reason=reason, summary=summary(turn))
        reply.send(dispatcher)
        names = ("subject", "text", "email", "confirmed", "reason")
        return [SlotSet(f"ticket_{name}", None) for name in names]


def _free_text(turn: Turn, slot: str, longest: int) -> dict[str, Any]:
    """Anything said counts, unless it is short and leaves the form."""
    if turn.requested != slot:
        return {}
    if turn.intent in LEAVES and len(turn.text) <= SHORT and turn.is_sure_of(SURE):
        return {}
    return {slot: turn.text.strip()[:longest]}


def _tried_an_email(turn: Turn) -> bool:
    meant = turn.intent == "nlu_fallback" or "@" in turn.text
    return turn.requested == "ticket_email" and meant and not turn.email


def _part_to_change(turn: Turn) -> str | None:
    """The part that the customer names while looking at the whole."""
    said = turn.text.lower()
    if len(said) > SHORT or turn.intent in ("affirm", "nevermind", "talk_to_human"):
        return None
    named = (part for part, words in PARTS.items() if any(word in said for word in words))
    return next(named, None)
