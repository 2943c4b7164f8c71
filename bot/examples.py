"""What the bot is taught: the shipped examples, and those that people accepted on top."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.models import HERE

SHIPPED = HERE / "data" / "nlu"


@dataclass(frozen=True)
class Example:
    text: str
    intent: str

    @property
    def key(self) -> tuple[str, str]:
        """Equal for examples that teach the same."""
        return self.intent, plain(self.text)


def plain(text: str) -> str:
    """Without what does not make two phrasings different: case, width, spaces, punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def shipped_examples() -> list[Example]:
    """Of bot/data/nlu, both languages."""
    return [one for path in sorted(SHIPPED.glob("*.yml")) for one in read(path)]


def read(path: Path) -> list[Example]:
    """The examples of a file of Rasa's NLU data."""
    found: list[Example] = []
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        lines = [line.strip() for line in block["examples"].splitlines()]
        found += [Example(line[2:], block["intent"]) for line in lines if line.startswith("- ")]
    return found


def worth_learning(given: Iterable[Example], shipped: Sequence[Example]) -> list[Example]:
    """Each once: without what is shipped already, and without intents that the bot has not."""
    intents = {one.intent for one in shipped}
    seen = {one.key for one in shipped}
    kept: list[Example] = []
    for one in given:
        if one.intent in intents and plain(one.text) and one.key not in seen:
            seen.add(one.key)
            kept.append(one)
    return sorted(kept, key=lambda one: one.key)


def written(examples: Iterable[Example]) -> str:
    """As a file of Rasa's NLU data; empty for no examples."""
    intents: dict[str, list[str]] = {}
    for one in examples:
        intents.setdefault(one.intent, []).append(f"- {one.text}\n")
    blocks: list[dict[str, Any]] = [
        {"intent": intent, "examples": "".join(lines)} for intent, lines in intents.items()
    ]
    if not blocks:
        return ""
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10_000)
