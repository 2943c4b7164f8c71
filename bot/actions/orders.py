"""The form for an order's state: first the number, then proof that the order is the customer's.

The proof is the desk's: a signed visitor, or a one-time code that it sends and tries itself. The
slot ``order_code`` keeps how far the code is: offer (it can be), offered, send (the customer wants
it), sent; or what came of the last one that they wrote: wrong, expired, spent.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from bot.actions import desk
from bot.actions.handoff import hand_off
from bot.actions.reply import Reply
from bot.actions.sentences import say, sentences
from bot.actions.turn import Turn

TRIES = 2  # wrong numbers, or failed proofs, before people take over
DONE = (
    "done",
    "ready",
    "confirmed",
    "verified",
    "好了",
    "完成",
    "验证了",
    "已验证",
    "確認",
    "驗證",
)
_STILL_MEANT = ("affirm", "order_status", "thanks")


class ValidateOrderForm(FormValidationAction):
    """Takes the number from any message (so that it can be corrected), the proof from the desk."""

    def name(self) -> str:
        return "validate_order_form"

    async def extract_order_number(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        number = Turn(tracker).order_number
        return {"order_number": number} if number else {}

    async def extract_order_proof(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        turn = Turn(tracker)
        if turn.requested != "order_proof" or turn.order_number:
            return {}
        return {"order_proof": "said"} if turn.code or _says_done(turn) else {}

    async def validate_order_number(
        self, number: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        turn = Turn(tracker)
        found = await _look_up(turn, number)
        if found["state"] == "unknown":
            misses = int(turn.kept("order_misses", 0)) + 1
            Reply(turn).say("order_unknown", number=number).send(dispatcher)
            return {"order_number": None, "order_proof": None, "order_misses": misses}
        return {
            "order_number": number,
            "order_proof": _proof(found),
            "order_code": "offer" if found.get("code") else None,
            "order_misses": 0,
        }

    async def validate_order_proof(
        self, said: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        turn = Turn(tracker)
        if said != "said":
            return {"order_proof": said}
        found = await _look_up(turn, turn.kept("order_number"))
        return {"order_proof": _proof(found), **_next(turn)}


class AskOrderNumber(Action):
    def name(self) -> str:
        return "action_ask_order_number"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        if int(turn.kept("order_misses", 0)) >= TRIES:
            return _give_up(dispatcher, turn)
        Reply(turn).say("order_ask").send(dispatcher)
        return _asked(turn)


class AskOrderProof(Action):
    """Offers a code where the desk can send one; else the desk says how to prove identity."""

    def name(self) -> str:
        return "action_ask_order_proof"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        misses, number = int(turn.kept("order_misses", 0)), turn.kept("order_number")
        if stage := turn.kept("order_code"):
            return _ask_by_code(dispatcher, turn, stage)
        if misses >= TRIES:
            return _give_up(dispatcher, turn)
        reply = Reply(turn).say("order_prove_again" if misses else "order_prove", number=number)
        reply.buttons("person").command("verify", order=number).send(dispatcher)
        return _asked(turn)


class TellOrder(Action):
    """Asks the desk once more: what may be told is decided at the moment of telling."""

    def name(self) -> str:
        return "action_tell_order"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = Turn(tracker)
        names = ("order_number", "order_proof", "order_code", "order_misses")
        done = [SlotSet(name, None) for name in names]
        found = await _look_up(turn, turn.kept("order_number"))
        if found["state"] != "verified":
            Reply(turn).say("trouble").send(dispatcher)
            return [*hand_off(dispatcher, turn, "no_answer"), *done]
        _tell(Reply(turn), found["order"]).send(dispatcher)
        return [*done, SlotSet("pending", "helped"), SlotSet("misses", 0)]


def _tell(reply: Reply, order: dict[str, Any]) -> Reply:
    known = sentences("en")
    state = str(order.get("state", ""))
    name = f"state_{state}" if f"state_{state}" in known else "state_other"
    return reply.say(
        "order_told",
        number=order.get("external_id", ""),
        summary=order.get("summary", ""),
        placed=str(order.get("placed", ""))[:10],
        state=say(name, reply.turn.language, state=state),
    )


async def _look_up(turn: Turn, number: object) -> dict[str, Any]:
    """A desk that does not answer counts as one that cannot tell."""
    try:
        return await desk.order(turn, str(number))
    except desk.DeskSilent:
        return {"state": "silent"}


def _proof(found: dict[str, Any]) -> str | None:
    """``verified`` fills the slot; so does ``silent``, and then telling ends in a handoff."""
    return None if found["state"] == "unproved" else str(found["state"])


def _next(turn: Turn) -> dict[str, Any]:
    """What the customer's word on the proof changes: the stage of the code, or one miss more."""
    stage = turn.kept("order_code")
    if stage and turn.code:
        return {"order_code": turn.code}
    if stage in ("offer", "offered") and turn.intent != "order_status":
        return {"order_code": "send"}
    return {"order_misses": int(turn.kept("order_misses", 0)) + 1}


def _ask_by_code(dispatcher: CollectingDispatcher, turn: Turn, stage: str) -> list[EventType]:
    """The next step of the proof by a code."""
    if stage in ("expired", "spent"):
        Reply(turn).say(f"order_code_{stage}").send(dispatcher)
    if stage in ("expired", "spent") or int(turn.kept("order_misses", 0)) >= TRIES:
        return [*_give_up(dispatcher, turn, "unproved"), SlotSet("order_code", None)]
    number = turn.kept("order_number")
    if stage in ("offer", "offered"):
        Reply(turn).say("order_code_offer", number=number).buttons("yes", "person").send(dispatcher)
        return [*_asked(turn), SlotSet("order_code", "offered")]
    reply = Reply(turn)
    if stage == "send":
        reply.say("order_code_sent", number=number).command("send_code", order=number)
    else:
        reply.say("order_code_wrong" if stage == "wrong" else "order_code_ask")
    reply.buttons("no_code", "person").send(dispatcher)
    return [*_asked(turn), SlotSet("order_code", "sent")]


def _asked(turn: Turn) -> list[EventType]:
    return [SlotSet("asked", turn.kept("asked") or turn.text[:500])]


def _says_done(turn: Turn) -> bool:
    said = turn.text.lower()
    return turn.intent in _STILL_MEANT or any(word in said for word in DONE)


def _give_up(
    dispatcher: CollectingDispatcher, turn: Turn, reason: str = "no_answer"
) -> list[EventType]:
    events = hand_off(dispatcher, turn, reason)
    waits = not any(event.get("name") == "ticket_form" for event in events)
    return [*events, *([FollowupAction("action_listen")] if waits else [])]
