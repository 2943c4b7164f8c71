"""Files and original mails, each through the ticket that they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Attachment, Message, Ticket
from helpdesk.models.visibility import NotFound, messages_visible_to, visible_to
from helpdesk.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    content_type: str
    sha256: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Original:
    """A message as it was sent; ``images`` names its files by content id."""

    subject: str
    text: str
    html: str | None
    language: str
    images: dict[str, tuple[int, str]]


def attachment(session: Session, actor: Actor, attachment_id: int) -> StoredFile:
    """A file, if ``actor`` may see its message. Raises ``NotFound``."""
    row = session.execute(
        select(
            Attachment.name,
            Attachment.content_type,
            Attachment.sha256,
            Attachment.state,
            Attachment.reason,
        )
        .join(Message, Message.id == Attachment.message_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            Attachment.id == _number(attachment_id), visible_to(actor), messages_visible_to(actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    return StoredFile(*row)


def original(session: Session, actor: Actor, ticket_id: int, message_id: int) -> Original:
    """A message in full, if ``actor`` may see it. Raises ``NotFound``."""
    row = session.execute(
        select(Message.subject, Message.text, Message.html, Message.language)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            Message.id == _number(message_id),
            Ticket.id == _number(ticket_id),
            visible_to(actor),
            messages_visible_to(actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    images = session.execute(
        select(Attachment.content_id, Attachment.id, Attachment.name).where(
            Attachment.message_id == message_id, Attachment.content_id != ""
        )
    )
    return Original(*row, images={cid: (number, name) for cid, number, name in images})


def _number(wanted: int) -> int:
    return wanted if 0 < wanted < 2**31 else 0
