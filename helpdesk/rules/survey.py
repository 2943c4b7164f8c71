"""Whom a survey asks, and what its answers say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from helpdesk.rules.status import ENDED, Status

LEAST, MOST = 1, 5
LOW = 2  # the best of the bad ones
LINK_LASTS = timedelta(days=14)  # after it was sent
CHANGE_LASTS = timedelta(days=3)  # after the first answer
LOOKS_BACK = timedelta(days=7)  # tickets that ended longer ago are not asked about any more
IS_HERE = timedelta(minutes=2)  # a visitor's page asked for news this lately
AWAY_LEAST = timedelta(hours=1)  # before a visitor who left is asked by mail
MOST_COMMENT = 2000  # characters
RANKED_FROM = 30  # answers; with fewer, people are not ranked
SPAM = "spam"  # the tag
Z_95 = 1.959964  # the normal distribution's 97.5 % point


class SurveyKind(StrEnum):
    CSAT = "csat"  # per ticket, 1 to 5: the share of 4 and 5
    CES = "ces"  # per ticket: how easy it was
    NPS = "nps"  # per customer, 0 to 10


class Unasked(StrEnum):
    """Why a customer was not asked."""

    NOT_ENDED = "not_ended"
    NO_ANSWER = "no_answer"  # it ended without a word of ours
    AUTOMATIC = "automatic"  # nobody but a machine wrote
    SPAM = "spam"
    ASKED_LATELY = "asked_lately"
    NO_WAY = "no_way"  # no address that may be written to


@dataclass(frozen=True, slots=True)
class EndedTicket:
    """A ticket that might be asked about. ``mail`` is whether the requester has a verified or
    confirmed address that can be reached; ``is_here``: their page with the chat is open."""

    status: Status
    answered: bool
    by_person: bool
    tags: frozenset[str]
    asked_lately: bool
    is_here: bool
    mail: bool


def way_to_ask(ticket: EndedTicket) -> str | Unasked:
    """The channel on which to ask ("chat" or "email"), or why not to."""
    refusals = (
        (ticket.status not in ENDED, Unasked.NOT_ENDED),
        (SPAM in ticket.tags, Unasked.SPAM),
        (not ticket.by_person, Unasked.AUTOMATIC),
        (not ticket.answered, Unasked.NO_ANSWER),
        (ticket.asked_lately, Unasked.ASKED_LATELY),
        (not (ticket.is_here or ticket.mail), Unasked.NO_WAY),
    )
    why = next((why for holds, why in refusals if holds), None)
    return why or ("chat" if ticket.is_here else "email")


def is_due(age: timedelta, delay: timedelta, *, in_chat: bool, is_here: bool) -> bool:
    """Whether it is time to ask, ``age`` after the ticket ended. In a chat the delay is for the
    visitor who is still there; one who left is given an hour to come back."""
    if in_chat and not is_here:
        return age >= max(delay, AWAY_LEAST)
    return age >= delay


def is_score(score: int) -> bool:
    return LEAST <= score <= MOST


def is_satisfied(score: int) -> bool:
    return score >= 4


def is_low(score: int) -> bool:
    """Somebody should look at it."""
    return score <= LOW


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``n``, with its 95 % Wilson score interval (Wilson 1927); all from 0 to 1."""

    count: int
    n: int

    @property
    def value(self) -> float | None:
        """None while there is nothing to have a share of."""
        return self.count / self.n if self.n else None

    @property
    def low(self) -> float:
        return self._ends()[0]

    @property
    def high(self) -> float:
        return self._ends()[1]

    def _ends(self) -> tuple[float, float]:
        if not self.n:
            return 0.0, 1.0
        share, square = self.count / self.n, Z_95 * Z_95
        shrunk = 1 + square / self.n
        middle = (share + square / (2 * self.n)) / shrunk
        spread = share * (1 - share) / self.n + square / (4 * self.n * self.n)
        half = Z_95 * math.sqrt(spread) / shrunk
        return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
