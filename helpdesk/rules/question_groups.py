"""Which questions ask the same thing: those of nearly the same words, or of nearly one meaning."""

from __future__ import annotations

from collections.abc import Sequence

SAME_WORDS = 0.6  # share of all their words that two questions have in common
SAME_MEANING = 0.62  # cosine of their centred vectors

Words = frozenset[str]


def grouped(
    words: Sequence[Words], cosines: Sequence[Sequence[float]] | None = None
) -> list[list[int]]:
    """Positions in groups, each led by its first member: give the most asked ones first.

    ``cosines`` holds the likeness of each two questions in meaning, where there is an encoder.
    """
    groups: list[list[int]] = []
    for at, own in enumerate(words):
        for group in groups:
            leader = group[0]
            if overlap(own, words[leader]) >= SAME_WORDS or (
                cosines is not None and cosines[at][leader] >= SAME_MEANING
            ):
                group.append(at)
                break
        else:
            groups.append([at])
    return groups


def overlap(one: Words, other: Words) -> float:
    """The share of common words among all words of both; 0 for questions without words."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0
