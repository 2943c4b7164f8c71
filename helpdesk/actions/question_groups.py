"""Unanswered questions in groups, and settling a group: written about, or dismissed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, Question
from helpdesk.models.visibility import NotFound
from helpdesk.queries import questions
from helpdesk.queries.questions import Asked
from helpdesk.rules import question_groups as rule
from helpdesk.rules.actor import Actor
from helpdesk.rules.search_words import search_words
from knowledge_base.documents import LANGS
from knowledge_base.encoder import Encoder
from knowledge_base.off_topic import off_topic_questions

SETTLED = ("written", "dismissed")
SAMPLE = 30  # questions of each language
LONG = 365  # days in which a group is settled


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one thing, the most asked wording first."""

    wordings: tuple[Asked, ...]

    @property
    def leader(self) -> Asked:
        return self.wordings[0]

    @property
    def times(self) -> int:
        return sum(one.times for one in self.wordings)

    @property
    def tickets(self) -> int:
        return sum(one.tickets for one in self.wordings)

    @property
    def clicked(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.clicked for one in self.wordings if one.clicked))


def unanswered(desk: Desk, actor: Actor, *, days: int, lang: str = "") -> list[Group]:
    """What nobody could answer in the last days, the most asked first."""
    with desk.read() as session:
        asked = questions.unanswered(session, actor, days=days, lang=lang)
    words = [frozenset(search_words(one.text)) for one in asked]
    found = rule.grouped(words, _cosines(desk.encoder, [one.text for one in asked]))
    groups = [Group(tuple(asked[at] for at in group)) for group in found]
    return sorted(groups, key=lambda group: (-group.times, -group.leader.id))


def _cosines(encoder: Encoder | None, texts: list[str]) -> list[list[float]] | None:
    if encoder is None or len(texts) < 2:
        return None
    raw = np.stack([_vector(encoder, text) for text in texts])
    vectors = encoder.centred(raw, _mean(encoder))
    cosines: list[list[float]] = (vectors @ vectors.T).tolist()
    return cosines


@lru_cache(1)
def _mean(encoder: Encoder) -> NDArray[np.float32]:
    """What all questions share, from some about everything under the sun."""
    some = [text for lang in LANGS for text in off_topic_questions(lang)[:SAMPLE]]
    return encoder.mean(np.stack([_vector(encoder, text) for text in some]))


@lru_cache(2000)
def _vector(encoder: Encoder, text: str) -> NDArray[np.float32]:
    row: NDArray[np.float32] = encoder.encode([text])[0]
    return row


def group_of(desk: Desk, actor: Actor, question_id: int) -> Group:
    """The group in which a question stands. Raises ``NotFound``."""
    with desk.read() as session:
        text = session.scalar(
            select(Question.text).where(Question.id == min(question_id, 2**31 - 1))
        )
    for group in unanswered(desk, actor, days=LONG):
        if any(one.text == text for one in group.wordings):
            return group
    raise NotFound("There is no such question any more.")


def settle(desk: Desk, actor: Actor, question_id: int, as_what: str) -> None:
    """Settle every question of a group: "written" about, or "dismissed"."""
    if as_what not in SETTLED:
        raise NotPossible("A question is written about, or dismissed.")
    group = group_of(desk, actor, question_id)
    with desk.write() as session:
        for one in group.wordings:
            session.execute(
                update(Question)
                .where(Question.text == one.text, Question.lang == one.lang)
                .where(Question.settled_as == "")
                .values(settled_as=as_what)
            )
        audit.record(
            session, actor, "questions.settled", to=as_what, question=group.leader.text[:200]
        )
