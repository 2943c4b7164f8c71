"""Phrasings that no model has learnt (bot/tests/held_out), and what a bot takes them for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import yaml

from bot.comparison.talk import NotAnswered, Talk
from bot.examples import Example, plain
from bot.models import HERE

FOLDER = HERE / "tests" / "held_out"
LANGUAGES = ("en", "zh")
OFF_TOPIC = "off_topic"  # what is none of the bot's business
REFUSED = "nlu_fallback"  # what the bot must understand of it
AT_ONCE = 4
_GIVEN_UP_AFTER = 10  # questions without an answer


class Silent(Exception):
    """The bot does not answer any more."""


@dataclass(frozen=True)
class Question:
    language: str
    intent: str
    text: str

    @property
    def wanted(self) -> str:
        return REFUSED if self.intent == OFF_TOPIC else self.intent


def questions() -> list[Question]:
    return [
        Question(language, intent, text)
        for language in LANGUAGES
        for intent, texts in _file(language).items()
        for text in texts
    ]


def not_learnt(asked: Iterable[Question], learnt: Iterable[Example]) -> list[Question]:
    """Without those whose answer a model was told. What it was told otherwise stays: it shows."""
    known = {one.key for one in learnt}
    return [one for one in asked if (one.intent, plain(one.text)) not in known]


def understood(
    asked: list[Question], url: str, progress: Callable[[], None]
) -> dict[Question, str]:
    """The intent of each, at the threshold that ships. Raises ``Silent``."""
    missed = 0

    def ask(question: Question) -> str:
        nonlocal missed
        if missed >= _GIVEN_UP_AFTER:
            raise Silent(f"{missed} questions were not answered")
        try:
            return str(
                Talk(url, {"locale": question.language}).say(question.text).understood["intent"]
            )
        except NotAnswered:
            missed += 1
            return ""
        finally:
            progress()

    with ThreadPoolExecutor(AT_ONCE) as customers:
        return dict(zip(asked, customers.map(ask, asked), strict=True))


def _file(language: str) -> dict[str, list[str]]:
    found = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return {intent: [str(text) for text in texts] for intent, texts in found.items()}
