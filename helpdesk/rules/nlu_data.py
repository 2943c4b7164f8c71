"""Accepted candidates as training data in Rasa's YAML (format 3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AcceptedWords:
    """A candidate that a person accepted; ``intent`` is "" where an article was named."""

    id: int
    intent: str
    text: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learnt, and what of the accepted is not."""

    learnt: list[AcceptedWords] = field(default_factory=list)
    of_articles: list[AcceptedWords] = field(default_factory=list)
    overruled: list[AcceptedWords] = field(default_factory=list)  # by a later decision
    wordless: list[AcceptedWords] = field(default_factory=list)

    @property
    def examples(self) -> list[tuple[str, str]]:
        return [(one.intent, one.text) for one in self.learnt]


def lesson(accepted: Iterable[AcceptedWords]) -> Lesson:
    """``accepted`` in the order of their decisions: of the same words, the last intent counts."""
    found = Lesson()
    last: dict[str, str] = {}
    named: list[AcceptedWords] = []
    for one in accepted:
        if not one.intent:
            found.of_articles.append(one)
        elif not (words := plain(one.text)):
            found.wordless.append(one)
        else:
            last[words.casefold()] = one.intent
            named.append(one)
    for one in named:
        is_last = last[plain(one.text).casefold()] == one.intent
        (found.learnt if is_last else found.overruled).append(one)
    return found


def plain(words: str) -> str:
    """What customers wrote is data: no entity markup, no line of its own, whatever its letters."""
    return " ".join("".join(" " if c in "[](){}" else c for c in words).split())


def written(examples: Iterable[tuple[str, str]]) -> str:
    """The YAML of (intent, words) pairs, each once."""
    intents: dict[str, list[str]] = {}
    for intent, words in examples:
        said = plain(words)
        if said and said not in intents.setdefault(intent, []):
            intents[intent].append(said)
    blocks = [_block(intent, intents[intent]) for intent in sorted(intents) if intents[intent]]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks) if blocks else 'version: "3.1"\nnlu: []\n'


def _block(intent: str, words: list[str]) -> str:
    """JSON is YAML: a quoted string needs no other escape."""
    examples = "".join(f"- {each}\n" for each in words)
    return f"- intent: {intent}\n  examples: {json.dumps(examples, ensure_ascii=False)}\n"
