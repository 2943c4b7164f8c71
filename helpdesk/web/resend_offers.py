"""What the bubble of an answer that did not get out offers: other ways, or the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.queries.ticket_page import TicketHead
from helpdesk.queries.turns import Happened, Said, Transcript
from helpdesk.web import words
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.reply_ways import Way, ways_for


@dataclass(frozen=True, slots=True)
class Offer:
    """One button under an answer that did not get out."""

    channel: str
    words: str
    address: str


class Offers:
    """The buttons of a transcript; nothing is asked for while every answer got out."""

    def __init__(self, session: Session, head: TicketHead, shown: Transcript) -> None:
        is_needed = any(isinstance(turn, Said) and turn.undelivered for turn in shown.turns)
        self._ways: Sequence[Way] = ways_for(session, head) if is_needed else ()

    def __call__(self, turn: Said | Happened) -> list[Offer]:
        """Over each channel that leads to the customer now, the others before the same."""
        failed = turn.undelivered if isinstance(turn, Said) else ""
        usable = [
            way
            for way in self._ways
            if not way.why_not and not desk().channels[way.channel].is_pulled
        ]
        usable.sort(key=lambda way: way.channel == failed)
        return [Offer(way.channel, _words(way.channel, failed), way.address) for way in usable]


def _words(channel: str, failed: str) -> str:
    if channel == failed:
        return _("Try again")
    return _("Send by %(channel)s instead", channel=words.channels().get(channel, channel))
