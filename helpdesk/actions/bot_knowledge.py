"""What the knowledge base says to a question that reached the bot."""

from __future__ import annotations

from typing import Any

from helpdesk.actions import knowledge
from helpdesk.actions.knowledge import Answer
from helpdesk.desk import Desk


def ask(desk: Desk, question: str, lang: str, *, ticket_id: int) -> Answer:
    """Ask the public articles; the question is kept under its ticket."""
    return knowledge.ask(desk, question, lang, place="bot", public_only=True, ticket=ticket_id)


def considered(answer: Answer) -> list[dict[str, Any]]:
    """The articles as ``Understanding.articles`` keeps them."""
    return [
        {"slug": one.slug, "score": one.score, "confidence": one.confidence}
        for one in answer.articles
    ]
