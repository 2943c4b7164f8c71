"""Tickets: the unit of work, whose transcript may span channels."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import (
    Column,
    FetchedValue,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.belonging import Belonging
from helpdesk.models.customer import ContactPoint, Customer
from helpdesk.models.inbox import Inbox
from helpdesk.models.staff import Agent, Team
from helpdesk.rules.actor import ActorKind
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.service_clock import NEVER_LATE, Clock, ClockKind
from helpdesk.rules.status import (
    ENDED,
    Owner,
    Priority,
    Status,
    after_customer_message,
    after_reply,
    may_become,
)

if TYPE_CHECKING:
    from helpdesk.models.message import Message

PREVIEW_LENGTH = 140

ticket_tags = Table(
    "ticket_tags",
    Base.metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True, index=True),
)


class NotPossible(Refusal):
    """What was asked does not fit how things stand now."""


class Tag(Base):
    """A word that groups tickets."""

    __tablename__ = "tags"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]


def _queue_index(name: str, where: str, *columns: str) -> Index:
    """An index for one group of the queue: the list pages walk it and touch nothing else."""
    condition = text(where)
    return Index(
        name, *columns, "queue_at", "id", sqlite_where=condition, postgresql_where=condition
    )


class QueueGroup:
    """The conditions of the queue's groups, in the very words of their partial indexes:
    a planner uses a partial index only for a query that repeats its condition."""

    OPEN = "status = 'open'"
    WAITING = "status = 'waiting'"
    SNOOZED = "status = 'snoozed'"
    ENDED = "status IN ('resolved', 'closed')"
    SPAM = "status = 'spam'"
    ACTIVE = "status IN ('open', 'waiting')"
    UNASSIGNED = "status = 'open' AND assignee_id IS NULL"
    UNDELIVERED = "undelivered_at IS NOT NULL"
    IN_EARNEST = "status <> 'spam'"  # narrows a group that does not name a status


class Ticket(Belonging, Base):
    """One matter of one customer.

    ``version`` is the change cursor: every change to the ticket or a message of it raises it.
    ``queue_at`` is its place in line: since when somebody is waited for, until when it snoozes,
    or when it ended. ``gone`` counts the messages that lie in other tickets now: with those that
    are here they make up ``last_seq``.
    """

    __tablename__ = "tickets"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012  what the database counted comes back
    __table_args__ = (
        _queue_index("ix_tickets_open", QueueGroup.OPEN, "late"),
        _queue_index("ix_tickets_waiting", QueueGroup.WAITING),
        _queue_index("ix_tickets_snoozed", QueueGroup.SNOOZED),
        _queue_index("ix_tickets_ended", QueueGroup.ENDED),
        _queue_index("ix_tickets_spam", QueueGroup.SPAM),
        _queue_index("ix_tickets_unassigned", QueueGroup.UNASSIGNED, "late"),
        _queue_index("ix_tickets_mine", QueueGroup.ACTIVE, "assignee_id", "late"),
        _queue_index("ix_tickets_team", QueueGroup.ACTIVE, "team_id", "late"),
        _queue_index("ix_tickets_undelivered", QueueGroup.UNDELIVERED),
        Index("ix_tickets_customer", "customer_id", "id"),
        Index("ix_tickets_due", "late", "due_at"),
    )

    LATE: ClassVar = 0
    IN_TIME: ClassVar = 1

    id: Mapped[Id]
    subject: Mapped[str]
    external_id: Mapped[str | None] = mapped_column(
        unique=True, index=True
    )  # where it was imported from
    status: Mapped[Word] = mapped_column(default=Status.OPEN.value)
    priority: Mapped[Word] = mapped_column(default=Priority.NORMAL.value)
    owner: Mapped[Word] = mapped_column(default=Owner.PEOPLE.value)
    bot_epoch: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    linked_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[Word] = mapped_column(default="question", server_default="question")
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_reasons.id"))
    remedy_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_reasons.id"))
    last_seq: Mapped[int] = mapped_column(default=0, server_onupdate=FetchedValue())
    gone: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=0, server_onupdate=FetchedValue())
    queue_at: Mapped[datetime] = mapped_column(default=now)
    snoozed_until: Mapped[datetime | None]
    undelivered_at: Mapped[datetime | None]  # an answer did not get out, and nobody saw to it yet
    preview: Mapped[str] = mapped_column(default="")
    preview_channel: Mapped[Word] = mapped_column(default="")
    preview_by: Mapped[Word] = mapped_column(default="customer")
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    # What the clock of the service level counts from, and the clock itself
    awaited_since: Mapped[datetime | None]  # a person of ours owes an answer
    first_answered_at: Mapped[datetime | None]  # by a person
    clock_kind: Mapped[str | None] = mapped_column(String(64))  # ClockKind; None: none counts
    clock_started_at: Mapped[datetime | None]
    clock_target: Mapped[int | None]  # seconds of working time
    clock_left: Mapped[int | None]  # seconds of working time, of a clock that rests
    due_at: Mapped[datetime] = mapped_column(
        default=NEVER_LATE, server_default=f"{NEVER_LATE:%Y-%m-%d} 00:00:00.000000"
    )
    late: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")

    customer: Mapped[Customer] = relationship(foreign_keys="Ticket.customer_id")
    inbox: Mapped[Inbox] = relationship()
    team: Mapped[Team | None] = relationship()
    assignee: Mapped[Agent | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=ticket_tags, order_by="Tag.name")
    messages: Mapped[list[Message]] = relationship(
        back_populates="ticket", order_by="Message.seq", lazy="raise", passive_deletes=True
    )
    participants: Mapped[list[Participant]] = relationship(
        back_populates="ticket", order_by="Participant.id"
    )

    def receive(self, message: Message, *, needs_answer: bool = True) -> None:
        """Put a customer's message at the end of the transcript.

        ``needs_answer`` is False for automatic mail: it changes nothing but the transcript.
        """
        if needs_answer:
            self.awaited_since = self.awaited_since or now()
            self._preview(message)
            status = after_customer_message(Status(self.status or Status.OPEN))
            if status.value != self.status:
                self._stand(status)
        self._append(message)

    def adopt(self, message: Message) -> None:
        """Take in a message that lay in another ticket; it stands at the end now. What a customer
        said asks for an answer."""
        is_asked = message.direction == "inbound" and message.visibility == "public"
        self.receive(message, needs_answer=is_asked)

    def take_back(self, message: Message, seq: int, place: float) -> None:
        """Take in a message that lay here before: it stands where it stood, and nothing else
        changes."""
        message.ticket, message.seq, message.place = self, seq, place
        self.gone -= 1
        self.revise(message)

    def say(self, message: Message) -> None:
        """Put our reply at the end of the transcript. Only a person's is the answer owed."""
        self._answered(message)
        self._preview(message)
        self._stand(after_reply(Status(self.status)))
        self._append(message)

    def prepare(self, message: Message) -> None:
        """Put a reply at the end of the transcript that leaves later: nothing else changes yet."""
        self._append(message)

    def let_out(self, message: Message) -> None:
        """The prepared reply leaves now: the customer owes the next word."""
        self._answered(message)
        self._preview(message)
        self._stand(after_reply(Status(self.status)))
        self.revise(message)

    def note(self, message: Message) -> None:
        """Put an internal note at the end of the transcript."""
        self._append(message)

    def suggest(self, message: Message) -> None:
        """Put an automatic suggestion at the end: a person still owes the answer."""
        self._append(message)

    def hand_to_people(self, reason: str) -> bool:
        """People speak for us from now on; False when they do already.

        What the bot of the older epoch still has to say is never said. ``reason`` is one of
        ``helpdesk.rules.bot_policy.Handoff``. A ticket that has ended stays ended.
        """
        if not reason:
            raise ValueError("a handoff has a reason")
        if self.owner == Owner.PEOPLE.value:
            return False
        self.owner, self.bot_epoch = Owner.PEOPLE.value, self.bot_epoch + 1
        if Status(self.status) not in ENDED:
            self._stand(Status.OPEN)
        return True

    def hand_to_bot(self) -> None:
        """The bot speaks for us from now on, in a new epoch. Raises ``NotPossible``."""
        if self.owner == Owner.BOT.value:
            raise NotPossible(f"The bot has ticket {self.id} already.")
        if Status(self.status) in ENDED:
            raise NotPossible(f"Ticket {self.id} has ended. Reopen it first.")
        self.owner, self.bot_epoch = Owner.BOT.value, self.bot_epoch + 1

    def become(self, status: Status, *, until: datetime | None = None) -> None:
        """Move to ``status`` by hand. Raises ``NotPossible`` for a move that makes no sense."""
        if not may_become(Status(self.status), status):
            raise NotPossible(
                "Ticket %(ticket)s is %(was)s and cannot become %(wanted)s.",
                ticket=self.id, was=Status(self.status), wanted=status,
            )  # fmt: skip
        if status is Status.SNOOZED and until is None:
            raise NotPossible("Say until when the ticket is to be snoozed.")
        self._stand(status, until=until)

    @property
    def clock(self) -> Clock | None:
        """The service level's clock that counts, if one does."""
        if not self.clock_kind or self.clock_started_at is None:
            return None
        rests = self.clock_left is not None
        return Clock(
            ClockKind(self.clock_kind),
            self.clock_started_at,
            timedelta(seconds=self.clock_target or 0),
            None if rests else self.due_at,
            timedelta(seconds=self.clock_left) if self.clock_left is not None else None,
        )

    def wind(self, clock: Clock | None, at: datetime) -> None:
        """Keep ``clock`` as the one that counts; None: no answer is owed."""
        self.clock_kind = clock.kind.value if clock else None
        self.clock_started_at = clock.started_at if clock else None
        self.clock_target = int(clock.target.total_seconds()) if clock else None
        left = clock.left if clock else None
        self.clock_left = None if left is None else math.floor(left.total_seconds())
        self.due_at = (clock and clock.due_at) or NEVER_LATE
        if self.due_at > at:
            self.late = self.IN_TIME

    def lead_to(self, survivor: Ticket) -> None:
        """Become part of another ticket: it ends here and goes on there."""
        self.merged_into_id = survivor.id
        self._stand(Status.CLOSED)

    def reserve(self, count: int) -> int:
        """Take the next ``count`` places for messages that come from elsewhere; the first."""
        self._advance(seq=count)
        return self.last_seq - count + 1

    def show(self, message: Message) -> None:
        """Let the queue show this message as the last one."""
        self._preview(message)

    def touch(self) -> int:
        """Raise the change cursor; its new value."""
        self._advance(seq=0)
        return self.version

    def revise(self, message: Message) -> None:
        """A message of the transcript has changed: an edit, a transcript, a receipt."""
        message.version = self.touch()

    def _answered(self, message: Message) -> None:
        if message.author_kind != ActorKind.BOT.value:
            self.awaited_since = None
            self.first_answered_at = self.first_answered_at or now()

    def _append(self, message: Message) -> None:
        self._advance(seq=1)
        message.ticket, message.seq, message.version = self, self.last_seq, self.version
        message.place = self.last_seq
        session = object_session(self)
        assert session is not None
        session.add(message)

    def _advance(self, *, seq: int) -> None:
        """Take the next numbers under the row's lock, so that they are gapless and in order.

        What else has changed in the row is written by the same statement.
        """
        session = object_session(self)
        assert session is not None
        if self.id is None:  # not stored yet: nobody else can count
            self.last_seq, self.version = (self.last_seq or 0) + seq, (self.version or 0) + 1
            return
        if seq:
            self.last_seq = Ticket.last_seq + seq  # counted by the database, read back at once
        self.version = Ticket.version + 1
        self.changed_at = now()
        session.flush()

    def _preview(self, message: Message) -> None:
        words = (message.new_text or message.text)[: PREVIEW_LENGTH * 10]
        self.preview = " ".join(words.split())[:PREVIEW_LENGTH]
        self.preview_channel, self.preview_by = message.channel, message.author_kind

    def _stand(self, status: Status, *, until: datetime | None = None) -> None:
        changed = status.value != self.status
        self.status = status.value
        self.snoozed_until = until if status is Status.SNOOZED else None
        if status is Status.SNOOZED and until is not None:
            self.queue_at = until
        elif changed:
            self.queue_at = now()
        self.ended_at = (self.ended_at or now()) if status in ENDED else None


class Participant(Base):
    """An address that takes part in a ticket. Addressed only once it is confirmed."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("ticket_id", "contact_point_id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_points.id"), index=True)
    role: Mapped[Word] = mapped_column(default="requester")  # requester, cc
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    ticket: Mapped[Ticket] = relationship(back_populates="participants")
    contact_point: Mapped[ContactPoint] = relationship()
