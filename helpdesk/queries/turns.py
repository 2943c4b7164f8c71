"""What a transcript is made of: what was said, and what happened in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.queries.understandings import Why


@dataclass(frozen=True, slots=True)
class File:
    id: int
    message_id: int
    name: str
    content_type: str
    size: int
    state: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One delivery, as the transcript shows it."""

    message_id: int
    channel: str
    recipient: str
    state: str
    reason: str
    changed_at: datetime
    is_alarming: bool  # it failed, and nobody has seen to that


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``text`` is what is new in it, ``quoted`` the rest of a mail."""

    id: int
    seq: int
    place: float  # where it stands; its seq, but for what came with another ticket
    version: int
    direction: str
    is_note: bool
    channel: str  # a note lies on the thread of the channel before it
    starts: bool  # the talk moves to this channel here
    author_kind: str
    author_id: int | None
    author: str
    address: str
    proof: str
    to: list[str]
    cc: list[str]
    text: str
    quoted: str
    is_cut: bool
    has_html: bool
    language: str
    client_id: str | None
    automatic: str
    signal: str
    evidence: str
    facts: dict[str, Any]
    sent_at: datetime
    created_at: datetime
    hold: str | None  # why it has not left yet
    held_until: datetime | None
    files: list[File] = field(default_factory=list)
    deliveries: list[Sending] = field(default_factory=list)
    why: Why | None = None  # of the bot's messages: what it understood

    @property
    def rank(self) -> int:
        return 1

    @property
    def undelivered(self) -> str:
        """The channel over which it did not get out, while nobody has seen to that; else ""."""
        return next((sending.channel for sending in self.deliveries if sending.is_alarming), "")

    @property
    def dom_id(self) -> str:
        """The page's id for it; our own messages keep the id that the browser gave them."""
        return f"message_{(self.direction == 'outbound' and self.client_id) or self.id}"


@dataclass(frozen=True, slots=True)
class Happened:
    """One audit event between the messages."""

    id: int
    seq: int
    event: str
    actor_kind: str
    actor: str
    reason: str
    data: dict[str, Any]
    at: datetime
    channel: str
    after: float = 0.0  # the place of what came with another ticket and was said before it

    @property
    def place(self) -> float:
        return self.after or self.seq

    @property
    def rank(self) -> int:
        """Its order beside the message of the same seq: the opening stands before the first."""
        return -1 if self.event == "ticket.opened" else 2


@dataclass(frozen=True, slots=True)
class Transcript:
    """A part of the transcript. ``earlier`` is the place before which there is more, or 0."""

    turns: list[Said | Happened]
    earlier: float = 0
    last_event: int = 0

    @property
    def before(self) -> str:
        """``earlier`` as an address says it."""
        return f"{self.earlier:.17g}"
