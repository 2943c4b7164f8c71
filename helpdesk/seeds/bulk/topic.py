"""What a made-up ticket is about: its phrase parts, each with the words it is found by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from helpdesk.rules.search_words import search_words


@dataclass(frozen=True)
class Phrase:
    """A piece of text. Its words are looked up once, however many tickets it goes into."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(search_words(self.text))


Phrases = tuple[Phrase, ...]


def lines(block: str) -> Phrases:
    """One phrase a line."""
    return tuple(Phrase(line) for line in block.strip().splitlines())


@dataclass(frozen=True)
class Case:
    """One question and its answer."""

    subject: Phrase
    problem: Phrase
    answer: Phrase


def cases(block: str) -> tuple[Case, ...]:
    """Three lines a case, with an empty line between two."""
    return tuple(Case(*lines(part)) for part in block.strip().split("\n\n"))


@dataclass(frozen=True)
class Topic:
    """One sort of matter. ``tag`` and ``team`` are those of the demo company."""

    tag: str
    team: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Speech:
    """All that is said in one language (BCP 47)."""

    locale: str
    order: Phrase  # what one calls an order
    greetings: Phrases
    byes: Phrases
    follow_ups: Phrases
    asides: Phrases
    notes: Phrases
    promises: Phrases
    sign_offs: Phrases
    topics: tuple[Topic, ...]
