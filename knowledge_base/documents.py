"""What is put in (documents) and what comes out (hits, verdicts, the state of the library)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["en", "zh"]
Kind = Literal["answer", "offer", "unknown"]
LANGS: tuple[Lang, ...] = ("en", "zh")


class NotBuilt(Exception):
    """There is no index that can be read: rebuild it from the documents."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article in one language."""

    id: str  # unique: "slug:lang"
    slug: str
    lang: Lang
    title: str
    text: str  # plain text of the body; see ``markdown.plain_text``
    phrasings: tuple[str, ...] = ()  # how customers ask for it
    category: str = ""
    public: bool = True  # False: agents only


@dataclass(frozen=True, slots=True)
class Hit:
    document_id: str
    slug: str
    title: str
    score: float  # for ordering the hits of one question; not comparable between questions
    confidence: float  # calibrated: how often such a hit is the right article, 0 to 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """One article as the answer, up to three to choose from, or none."""

    kind: Kind
    hits: tuple[Hit, ...]
    confidence: float  # of the best hit; 0 without one


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From ``answer`` on the best hit is the answer; from ``offer`` on three are offered."""

    answer: float
    offer: float


@dataclass(frozen=True, slots=True)
class MeasuredError:
    """What the thresholds cost on questions that the calibration did not learn from.

    All shares are between 0 and 1. ``questions`` are phrasings of the articles, each asked
    while it was not in the index.
    """

    questions: int
    off_topic: int
    answered: float  # of the questions
    answered_wrong: float  # of the questions, with another article
    right_first: float  # of the questions, whatever was made of them
    off_topic_answered: float  # of the off-topic questions
    off_topic_offered: float


@dataclass(frozen=True, slots=True)
class State:
    """How the library is, for the people who run it."""

    documents: int
    encoder_name: str  # what searches now; "none": by words alone
    calibrated: bool  # False: thresholds of the demo articles are in force
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)  # by language
    measured_error: Mapping[str, MeasuredError] = field(default_factory=dict)
    damaged: bool = False  # nothing can be read: rebuild
    rebuild_needed: bool = False  # damaged, or built with another encoder than is set


def language(code: str) -> Lang:
    """The index for a language code: every kind of Chinese is "zh", all else is "en"."""
    return "zh" if code.casefold().replace("_", "-").split("-")[0] == "zh" else "en"
