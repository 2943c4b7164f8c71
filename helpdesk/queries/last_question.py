"""What the customer said last, as a question to the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Customer, Message, Ticket
from helpdesk.models.visibility import messages_visible_to, ticket_for, visible_to
from helpdesk.rules.actor import Actor
from helpdesk.rules.question_words import MAX_QUESTION
from helpdesk.rules.search_words import is_traditional


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """``language`` is a tag, "" when nothing tells it. ``about``: the same words under the
    ticket's subject, which a short "and when?" needs."""

    text: str
    about: str
    language: str


def last_question(session: Session, actor: Actor, ticket_id: int) -> LastQuestion:
    """The last public words of the customer. Raises ``NotFound``."""
    row = session.execute(
        select(
            func.substr(Message.new_text, 1, MAX_QUESTION),
            func.substr(Message.text, 1, MAX_QUESTION),
            Message.language,
            Ticket.subject,
            Customer.locale,
        )
        .join(Ticket, Ticket.id == Message.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            Message.ticket_id == min(ticket_id, 2**31 - 1), Message.direction == "inbound",
            Message.visibility == "public", visible_to(actor), messages_visible_to(actor),
        )
        .order_by(Message.seq.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if row is None:
        ticket_for(session, actor, ticket_id)
        return LastQuestion("", "", "")
    new_text, text, language, subject, locale = row
    said = new_text or text
    about = f"{subject}\n{said}"[:MAX_QUESTION]
    return LastQuestion(said, about, _language(about, language or locale or ""))


def _language(words: str, known: str) -> str:
    """The words themselves tell the characters, whatever their sender said."""
    return "zh-Hant" if is_traditional(words) and "han" not in known.lower() else known
