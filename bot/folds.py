"""Folds for cross-validation that know of translations.

The first Chinese phrasings of an intent say line by line what its English ones say. Learnt in one
language and asked in the other, a question would be half known to an encoder of many languages: so
both twins go into the same fold. The Chinese phrasings after the last English one have no twin.

Pure: no model, no I/O.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from bot.examples import Example
from bot.language import has_han

Group = tuple[str, int]  # the intent, and the place in its list


def groups(examples: Sequence[Example]) -> list[Group]:
    """Of each example; an English one and its translation are in the same."""
    seen: Counter[tuple[str, bool]] = Counter()
    found: list[Group] = []
    for one in examples:
        language = one.intent, has_han(one.text)
        found.append((one.intent, seen[language]))
        seen[language] += 1
    return found


def folds(examples: Sequence[Example], number: int, seed: int) -> list[int]:
    """Which of ``number`` folds holds each example out.

    The groups of an intent are shuffled and dealt out, those of two languages first: the folds
    differ by one example of an intent at most in either language.
    """
    group_of = groups(examples)
    sizes = Counter(group_of)
    draw = random.Random(seed)
    fold_of: dict[Group, int] = {}
    for intent in sorted({intent for intent, _ in sizes}):
        dealt = sorted(group for group in sizes if group[0] == intent)
        draw.shuffle(dealt)
        dealt.sort(key=lambda group: -sizes[group])
        fold_of |= {group: place % number for place, group in enumerate(dealt)}
    return [fold_of[group] for group in group_of]
