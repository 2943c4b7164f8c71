"""A library that is sure of one article, for tests of what follows from a sure answer.

How sure the real one is of which question is the matter of ``tests/knowledge_base``.
"""

from __future__ import annotations

from helpdesk.actions import article_files
from helpdesk.actions.article_files import ArticleFile
from helpdesk.desk import Desk
from helpdesk.rules.actor import SYSTEM
from knowledge_base.documents import Hit, Verdict

SLUG, TITLE = "return-product", "Return a product"
ASKS = "How do I return something I bought?"


class SureLibrary:
    """Answers ``ASKS`` with the article ``SLUG``, and knows nothing else."""

    def answer(self, question: str, lang: str, *, public_only: bool = True) -> Verdict:
        if "return something" not in question:
            return Verdict("unknown", (), 0.0)
        hit = Hit(f"{SLUG}:en", SLUG, TITLE, 9.0, 0.97)
        return Verdict("answer", (hit,), 0.97)


def make_sure(desk: Desk) -> None:
    """Give ``desk`` the article, and a library that is sure of it."""
    folder = article_files.__file__.rpartition("/actions/")[0] + "/seeds/articles/en"
    from pathlib import Path

    found = [f for f in article_files.read(Path(folder)) if isinstance(f, ArticleFile)]
    article_files.take_in(desk, SYSTEM, [f for f in found if f.slug == SLUG])
    desk.__dict__["_library"] = SureLibrary()
