"""Messages: what was said, in order, and the files that came with it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, Double, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word
from helpdesk.models.customer import ContactPoint
from helpdesk.models.delivery import Delivery

if TYPE_CHECKING:
    from helpdesk.models.ticket import Ticket


_HELD = text("held_until IS NOT NULL")


class Hold:
    """Why a reply of ours has not left yet."""

    UNDO = "undo"  # for a few seconds, in which its writer may take it back
    SCHEDULED = "scheduled"
    STOPPED = "stopped"  # the customer wrote before its time: its writer decides


def _as_seq(context: Any) -> float:
    return float(context.get_current_parameters()["seq"])


class Message(Base):
    """One thing said in a ticket: inbound or outbound, public or an internal note.

    ``seq`` is its number and never changes in its ticket; ``place`` is where it stands in the
    transcript: its seq, or, when its ticket became part of another one, a place between two of
    that one's messages. ``version`` is the ticket's change cursor at its last change. ``tokens``
    are the search words of its text, its ticket's subject and its people. While it has a ``hold``,
    it is a reply that has not left: no customer sees it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("ticket_id", "seq"),
        UniqueConstraint("ticket_id", "client_id"),
        UniqueConstraint("contact_key"),
        Index("ix_messages_message_id", "message_id"),
        Index("ix_messages_place", "ticket_id", "place"),
        Index("ix_messages_contact_point", "contact_point_id", "id"),
        Index("ix_messages_held", "held_until", "id", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int]
    place: Mapped[float] = mapped_column(Double, default=_as_seq, server_default=text("0"))
    version: Mapped[int]
    direction: Mapped[Word]  # inbound, outbound
    visibility: Mapped[Word] = mapped_column(default="public")  # public, note
    channel: Mapped[Word]
    author_kind: Mapped[Word]  # helpdesk.rules.actor.ActorKind
    author_id: Mapped[int | None]  # the customer's or the agent's id, by author_kind
    author_name: Mapped[str] = mapped_column(default="")
    author_address: Mapped[str] = mapped_column(default="")
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    proof: Mapped[Word] = mapped_column(default="none")  # channels.message.Proof
    to: Mapped[list[Any]] = mapped_column(default=list)  # addresses as strings
    cc: Mapped[list[Any]] = mapped_column(default=list)
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    new_text: Mapped[str] = mapped_column(default="")
    html: Mapped[str | None]
    language: Mapped[Word] = mapped_column(default="")
    message_id: Mapped[str | None]  # RFC 5322, with angle brackets
    client_id: Mapped[str | None]
    contact_key: Mapped[str | None]  # channels.message.InboundMessage.key
    amend_rank: Mapped[int] = mapped_column(default=0)
    automatic: Mapped[str] = mapped_column(default="")
    signal: Mapped[Word] = mapped_column(default="")  # helpdesk.rules.thread_match.Signal
    evidence: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tokens: Mapped[str] = mapped_column(default="", deferred=True)
    sent_at: Mapped[datetime]
    hold: Mapped[str | None] = mapped_column(String(64))  # Hold; None: it is out
    held_until: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    ticket: Mapped[Ticket] = relationship(back_populates="messages")
    contact_point: Mapped[ContactPoint | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="message", order_by="Attachment.id"
    )
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="message", order_by="Delivery.id"
    )

    @property
    def is_note(self) -> bool:
        return self.visibility == "note"

    @property
    def customer_id(self) -> int | None:
        """The customer who wrote it; None for what we wrote."""
        return self.author_id if self.author_kind == "customer" else None


class Attachment(Base):
    """A file of a message: stored under its hash, or still to be fetched from ``url``."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index(
            "ix_attachments_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(default="", index=True)
    content_id: Mapped[str] = mapped_column(default="")
    inline: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Word] = mapped_column(
        default="stored"
    )  # + pending, failed, refused, held, infected
    url: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    message: Mapped[Message] = relationship(back_populates="attachments")


# The search index hangs off the token column: FTS5 by triggers, PostgreSQL by an expression
# index. Their own tokenizers are kept out of it: the words are ours (rules.search_words).
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE message_search USING fts5(tokens, content='messages', "
    "content_rowid='id', detail='none', tokenize=\"unicode61 remove_diacritics 0\")",
    "CREATE TRIGGER messages_search_insert AFTER INSERT ON messages BEGIN "
    "INSERT INTO message_search(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER messages_search_delete AFTER DELETE ON messages BEGIN "
    "INSERT INTO message_search(message_search, rowid, tokens) "
    "VALUES ('delete', old.id, old.tokens); END",
    "CREATE TRIGGER messages_search_update AFTER UPDATE OF tokens ON messages BEGIN "
    "INSERT INTO message_search(message_search, rowid, tokens) "
    "VALUES ('delete', old.id, old.tokens); "
    "INSERT INTO message_search(rowid, tokens) VALUES (new.id, new.tokens); END",
)
POSTGRESQL_SEARCH = (
    "CREATE INDEX ix_messages_tokens ON messages "
    "USING gin (array_to_tsvector(string_to_array(tokens, ' ')))",
)

for _dialect, _statements in (("sqlite", SQLITE_SEARCH), ("postgresql", POSTGRESQL_SEARCH)):
    for _statement in _statements:
        event.listen(
            Message.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
