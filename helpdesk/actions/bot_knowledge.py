"""What the knowledge base says to a question that reached the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpdesk.desk import Desk


@dataclass(frozen=True, slots=True)
class Page:
    """An article as the bot tells of it."""

    slug: str
    title: str
    url: str
    summary: str
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """``outcome`` is answer, offer or unknown; the best page first."""

    outcome: str
    confidence: float
    pages: tuple[Page, ...]

    @property
    def best(self) -> Page | None:
        return self.pages[0] if self.pages else None

    @property
    def considered(self) -> list[dict[str, Any]]:
        """The pages as ``Understanding.articles`` keeps them."""
        return [
            {"slug": page.slug, "score": page.score, "confidence": page.confidence}
            for page in self.pages
        ]


def ask(desk: Desk, question: str, lang: str, *, ticket_id: int | None = None) -> Found:
    """Ask the public articles in ``lang`` (en or zh)."""
    return Found("unknown", 0.0, ())
