"""What the bot may and must do: which tickets it owns, when it owes an answer, when its answer
still counts, when it hands off, and what stands in for it when it is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.rules.status import Owner, Status

QUIET = timedelta(milliseconds=300)  # who writes in bursts is let finish
MOST_QUIET = timedelta(seconds=1)  # but the first words wait no longer than this
WORD_WITHIN = timedelta(seconds=5)  # the customer hears something by then
PATIENCE = timedelta(seconds=4)  # from the first words until something else stands in for Rasa
LEASE = timedelta(seconds=10)  # longer than any turn takes
REST = timedelta(seconds=10)  # a Rasa that was silent is not asked for so long
MOST_QUESTION = 2000  # characters of a question that are handed on
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})  # intents that mean: no idea
MOST_MISUNDERSTOOD = 2  # in a row
MOST_SILENCES = 1  # answers of the knowledge base in a row while Rasa is silent
SUGGESTIONS_A_DAY = 3  # automatic mails to one address (promise 4)

TALKS_ON = frozenset({"chat", "sms"})
SUGGESTS_ON = frozenset({"email"})


class Duty(StrEnum):
    """What a customer's message asks of the bot."""

    NONE = "none"
    ANSWER = "answer"
    SUGGEST = "suggest"  # one automatic suggestion, if confident; people own the ticket
    LEAVE = "leave"  # the bot owned it and cannot speak there: people take over


class Handoff(StrEnum):
    """Why people speak for us now."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    ANGER = "anger"
    COMPLAINT = "complaint"
    REPEATED = "repeated"
    NO_ANSWER = "no_answer"
    UNPROVED = "unproved"  # they could not show that an order is theirs
    OTHER_LANGUAGE = "other_language"
    SILENT = "silent"  # Rasa gave no answer in time
    FILE = "file"  # a file without words: the bot cannot look at it
    OTHER_CHANNEL = "other_channel"  # they went on where the bot does not talk
    SWITCHED_OFF = "switched_off"
    NO_WAY_OUT = "no_way_out"  # the bot could not reach them
    TAKEN_OVER = "taken_over"  # an agent replied, took it, or was given it


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands when the bot wants to speak in it."""

    owner: Owner
    epoch: int
    status: Status


def first_owner(channel: str, *, bot_on: bool, automatic: bool) -> Owner:
    """Who owns a new ticket that came in over ``channel``."""
    is_bots = bot_on and channel in TALKS_ON and not automatic
    return Owner.BOT if is_bots else Owner.PEOPLE


def duty(owner: Owner, channel: str, *, bot_on: bool, automatic: bool, is_new: bool) -> Duty:
    """What a message asks of the bot, from who owns its ticket and how it came."""
    if automatic:
        return Duty.NONE
    if owner is Owner.BOT:
        return Duty.ANSWER if bot_on and channel in TALKS_ON else Duty.LEAVE
    return Duty.SUGGEST if is_new and bot_on and channel in SUGGESTS_ON else Duty.NONE


def why_left(*, bot_on: bool) -> Handoff:
    """Why the bot leaves a ticket that it owned."""
    return Handoff.OTHER_CHANNEL if bot_on else Handoff.SWITCHED_OFF


def due_at(first: datetime, moment: datetime) -> datetime:
    """When a turn is taken: once they pause, and soon in any case."""
    return min(moment + QUIET, first + MOST_QUIET)


def patience(asked_at: datetime, moment: datetime, attempt: int) -> timedelta:
    """How long Rasa may take. Who takes a turn over from a dead worker starts anew: the customer
    has waited too long anyway, and the answer is worth more than a second."""
    began = asked_at if attempt <= 1 else moment
    return max(began + PATIENCE - moment, timedelta(0))


def may_speak(now: Standing, epoch: int) -> bool:
    """Whether the bot of this epoch still speaks for us."""
    return now.owner is Owner.BOT and now.epoch == epoch and now.status is not Status.CLOSED


def may_suggest(now: Standing, epoch: int, *, replies: int, suggested_today: int) -> bool:
    """Whether an automatic suggestion may still go out: nobody has answered yet."""
    stands = now.owner is Owner.PEOPLE and now.epoch == epoch and now.status is Status.OPEN
    return stands and replies == 0 and suggested_today < SUGGESTIONS_A_DAY


def must_hand_off(asked_for: str, intents: Sequence[str]) -> Handoff | None:
    """Why the ticket goes to people now, if it must.

    ``asked_for`` is the reason that the bot gave, or ""; ``intents`` what it understood in this
    epoch, the newest first. Whatever the bot thinks, it is not let misunderstand three times.
    """
    if asked_for:
        known = {reason.value for reason in Handoff}
        return Handoff(asked_for) if asked_for in known else Handoff.NO_ANSWER
    last = intents[:MOST_MISUNDERSTOOD]
    if len(last) == MOST_MISUNDERSTOOD and all(intent in NOT_UNDERSTOOD for intent in last):
        return Handoff.NOT_UNDERSTOOD
    return None


def article_stands_in(verdict: str, silences: int) -> bool:
    """Whether an article may speak for a silent Rasa: when it is sure, and not time after time."""
    return verdict == "answer" and silences < MOST_SILENCES
