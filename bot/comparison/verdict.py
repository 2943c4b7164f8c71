"""The one rule by which a candidate is worse than the model in service. Pure.

It is worse when any of these is so:
- a talk that passed fails now;
- in either language, the share of held-out questions that are understood rightly is lower by more
  than ``TOLERANCE``;
- in either language, the share of off-topic questions that are refused is lower by more than
  ``OFF_TOPIC_TOLERANCE``;
- of one intent in one language, more than ``LOST_OF_AN_INTENT`` questions fewer are understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.comparison.held_out import LANGUAGES, OFF_TOPIC, Question

TOLERANCE = 0.02
OFF_TOPIC_TOLERANCE = 0.05
LOST_OF_AN_INTENT = 2

Reason = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """One model: what went wrong in each talk (None: nothing), and what each question was
    taken for."""

    talks: Mapping[str, str | None]
    held_out: Mapping[Question, str]

    def right(self, language: str, intent: str | None = None) -> tuple[int, int]:
        """How many of how many, of one intent, or of all that are the bot's business."""
        asked = [
            question
            for question in self.held_out
            if question.language == language
            and (question.intent == intent if intent else question.intent != OFF_TOPIC)
        ]
        return sum(self.held_out[one] == one.wanted for one in asked), len(asked)


def reasons_against(before: Measured, after: Measured) -> list[Reason]:
    """Why ``after`` is worse; empty when it is not. Each names its rule and its figures."""
    return [*_talks(before, after), *_shares(before, after), *_intents(before, after)]


def _talks(before: Measured, after: Measured) -> Iterator[Reason]:
    for name, fault in after.talks.items():
        if fault and not before.talks.get(name):
            yield {"rule": "talk", "talk": name, "fault": fault}


def _shares(before: Measured, after: Measured) -> Iterator[Reason]:
    for language in LANGUAGES:
        for rule, intent, tolerance in (
            ("accuracy", None, TOLERANCE),
            ("off_topic", OFF_TOPIC, OFF_TOPIC_TOLERANCE),
        ):
            was, now = (
                _share(*before.right(language, intent)),
                _share(*after.right(language, intent)),
            )
            if round(was - now, 6) > tolerance:
                yield {"rule": rule, "language": language, "before": was, "after": now}


def _intents(before: Measured, after: Measured) -> Iterator[Reason]:
    for language in LANGUAGES:
        intents = {one.intent for one in after.held_out if one.language == language}
        for intent in sorted(intents - {OFF_TOPIC}):
            (was, _), (now, of) = before.right(language, intent), after.right(language, intent)
            if was - now > LOST_OF_AN_INTENT:
                told = {"language": language, "intent": intent}
                yield {"rule": "intent", **told, "before": was, "after": now, "of": of}


def _share(right: int, of: int) -> float:
    return round(right / of, 4) if of else 1.0
