"""Messages of a ticket: the transcript, replies and notes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from helpdesk.actions import replies
from helpdesk.actions.replies import Said
from helpdesk.api.caller import Caller, desk
from helpdesk.api.idempotency import key_of_request
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, page_of, place
from helpdesk.api.reading import Asked, Seq, Text
from helpdesk.models import Message
from helpdesk.models.visibility import messages_visible_to, ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.api_scope import Scope


class Author(BaseModel):
    kind: Literal["agent", "customer", "bot", "system"]
    id: int | None
    name: str
    address: str


class FileShown(BaseModel):
    model_config = ConfigDict(title="File", from_attributes=True)

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    state: Literal["stored", "pending", "failed"]


class DeliveryShown(BaseModel):
    model_config = ConfigDict(title="Delivery", from_attributes=True)

    recipient: str
    state: Literal["queued", "sent", "delivered", "read", "failed", "unknown"]
    reason: str


class MessageShown(BaseModel):
    """One thing that was said. `seq` is its place and never changes."""

    model_config = ConfigDict(title="Message")

    seq: int
    version: int
    direction: Literal["inbound", "outbound"]
    visibility: Literal["public", "note"]
    channel: str
    author: Author
    to: list[str]
    cc: list[str]
    subject: str
    text: str = Field(description="The whole readable body.")
    new_text: str = Field(description="Without quotes and signature.")
    html: str | None = Field(description="Sanitized; null when there was none.")
    language: str
    attachments: list[FileShown]
    deliveries: list[DeliveryShown]
    sent_at: AwareDatetime


class MessagePage(Page[MessageShown]):
    pass


class MessagesWanted(Paged):
    after: Seq = Field(0, description="A seq.")


class Reply(Asked):
    text: Text
    channel: Literal["email", "chat", "sms"] | None = Field(
        None, description="null: the one that the customer used last."
    )
    seen_seq: Seq | None = Field(
        None, description="The last seq that you have read: 409 when the customer wrote since."
    )


class Note(Asked):
    text: Text


@operation("GET", "/tickets/{number}/messages", Scope.TICKETS_READ, tag="Messages",
           query=MessagesWanted, answer=MessagePage)  # fmt: skip
def listed(who: Caller, number: int, query: MessagesWanted) -> Answer:
    """Read the transcript of a ticket, the oldest message first."""
    after = place(query.cursor, query.after)
    with desk().read() as session:
        ticket_for(session, who.actor, number)
        question = _of(who.actor, number).where(Message.seq > after).limit(query.limit + 1)
        rows = session.scalars(question.order_by(Message.seq)).all()
        return page_of(MessagePage, rows, query.limit, shown, lambda row: row.seq)


def _of(actor: Actor, number: int) -> Any:
    return (
        select(Message)
        .where(Message.ticket_id == number, messages_visible_to(actor))
        .options(selectinload(Message.attachments), selectinload(Message.deliveries))
    )


def shown(message: Message) -> MessageShown:
    return MessageShown(
        author=Author(
            kind=message.author_kind,
            id=message.author_id, name=message.author_name, address=message.author_address,
        ),
        attachments=[FileShown.model_validate(one) for one in message.attachments],
        deliveries=[DeliveryShown.model_validate(one) for one in message.deliveries],
        **{name: getattr(message, name) for name in _AS_KEPT},
    )  # fmt: skip


_AS_KEPT = (
    "seq", "version", "direction", "visibility", "channel", "to", "cc", "subject", "text",
    "new_text", "html", "language", "sent_at",
)  # fmt: skip


@operation("POST", "/tickets/{number}/replies", Scope.TICKETS_WRITE, tag="Messages", body=Reply,
           answer=MessageShown, status=201)  # fmt: skip
def replied(who: Caller, number: int, body: Reply) -> Answer:
    """Send a public reply."""
    said = replies.send(
        desk(), who.actor, number, body.text, channel=body.channel, seen_seq=body.seen_seq,
        client_id=key_of_request(),
    )  # fmt: skip
    return _said(who, said)


@operation("POST", "/tickets/{number}/notes", Scope.TICKETS_WRITE, tag="Messages", body=Note,
           answer=MessageShown, status=201)  # fmt: skip
def noted(who: Caller, number: int, body: Note) -> Answer:
    """Add an internal note."""
    return _said(who, replies.note(desk(), who.actor, number, body.text,
                                   client_id=key_of_request()))  # fmt: skip


def _said(who: Caller, said: Said) -> Answer:
    with desk().read() as session:
        question = _of(who.actor, said.ticket).where(Message.seq == said.seq)
        message = shown(session.scalars(question).one())
    return message, f"/tickets/{said.ticket}/messages?after={said.seq - 1}&limit=1"
