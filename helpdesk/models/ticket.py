"""Tickets: the unit of work, whose transcript may span channels."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint, text, update
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.models.customer import ContactPoint, Customer
from helpdesk.models.inbox import Inbox
from helpdesk.models.staff import Agent, Team
from helpdesk.rules.refusal import Refusal
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
    return Index(
        name, *columns, "queue_at", "id", sqlite_where=text(where), postgresql_where=text(where)
    )


class QueueGroup:
    """The conditions of the queue's groups, in the very words of their partial indexes:
    a planner uses a partial index only for a query that repeats its condition."""

    OPEN = "status = 'open'"
    WAITING = "status = 'waiting'"
    SNOOZED = "status = 'snoozed'"
    ENDED = "status IN ('resolved', 'closed')"
    ACTIVE = "status IN ('open', 'waiting')"
    UNASSIGNED = "status = 'open' AND assignee_id IS NULL"


class Ticket(Base):
    """One matter of one customer.

    ``version`` is the change cursor: every change to the ticket or a message of it raises it.
    ``queue_at`` is its place in line: since when somebody is waited for, until when it snoozes,
    or when it ended.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        _queue_index("ix_tickets_open", QueueGroup.OPEN),
        _queue_index("ix_tickets_waiting", QueueGroup.WAITING),
        _queue_index("ix_tickets_snoozed", QueueGroup.SNOOZED),
        _queue_index("ix_tickets_ended", QueueGroup.ENDED),
        _queue_index("ix_tickets_unassigned", QueueGroup.UNASSIGNED),
        _queue_index("ix_tickets_mine", QueueGroup.ACTIVE, "assignee_id"),
        _queue_index("ix_tickets_team", QueueGroup.ACTIVE, "team_id"),
        Index("ix_tickets_customer", "customer_id", "id"),
    )

    id: Mapped[Id]
    subject: Mapped[str]
    status: Mapped[Word] = mapped_column(default=Status.OPEN.value)
    priority: Mapped[Word] = mapped_column(default=Priority.NORMAL.value)
    owner: Mapped[Word] = mapped_column(default=Owner.PEOPLE.value)
    bot_epoch: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    linked_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    last_seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    queue_at: Mapped[datetime] = mapped_column(default=now)
    snoozed_until: Mapped[datetime | None]
    preview: Mapped[str] = mapped_column(default="")
    preview_channel: Mapped[Word] = mapped_column(default="")
    preview_by: Mapped[Word] = mapped_column(default="customer")
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()
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
        self._append(message)
        if not needs_answer:
            return
        self._preview(message)
        status = after_customer_message(Status(self.status or Status.OPEN))
        if status.value != self.status:
            self._stand(status)

    def adopt(self, message: Message) -> None:
        """Take in a customer's message that lay in another ticket; it stands at the end now."""
        self.receive(message, needs_answer=message.visibility == "public")

    def say(self, message: Message) -> None:
        """Put our reply at the end of the transcript."""
        self._append(message)
        self._preview(message)
        self._stand(after_reply(Status(self.status)))

    def note(self, message: Message) -> None:
        """Put an internal note at the end of the transcript."""
        self._append(message)

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

    def touch(self) -> int:
        """Raise the change cursor; its new value."""
        self._advance(seq=0)
        return self.version

    def revise(self, message: Message) -> None:
        """A message of the transcript has changed: an edit, a transcript, a receipt."""
        message.version = self.touch()

    def _append(self, message: Message) -> None:
        self._advance(seq=1)
        message.ticket, message.seq, message.version = self, self.last_seq, self.version
        session = object_session(self)
        assert session is not None
        session.add(message)

    def _advance(self, *, seq: int) -> None:
        """Take the next numbers under the row's lock, so that they are gapless and in order."""
        session = object_session(self)
        assert session is not None
        if self.id is None:  # not stored yet: nobody else can count
            self.last_seq, self.version = (self.last_seq or 0) + seq, (self.version or 0) + 1
            return
        session.flush()
        row = session.execute(
            update(Ticket)
            .where(Ticket.id == self.id)
            .values(last_seq=Ticket.last_seq + seq, version=Ticket.version + 1, changed_at=now())
            .returning(Ticket.last_seq, Ticket.version, Ticket.changed_at)
            .execution_options(synchronize_session=False)
        ).one()
        for name, value in zip(("last_seq", "version", "changed_at"), row, strict=True):
            set_committed_value(self, name, value)

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
