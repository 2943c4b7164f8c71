"""Accepted candidates as training data in Rasa's YAML (format 3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable


def written(examples: Iterable[tuple[str, str]]) -> str:
    """The YAML of (intent, words) pairs. What customers wrote is data: no entity markup, no
    line of its own, whatever characters it has."""
    intents: dict[str, list[str]] = {}
    for intent, words in examples:
        plain = " ".join("".join(" " if c in "[](){}" else c for c in words).split())
        if plain and plain not in intents.setdefault(intent, []):
            intents[intent].append(plain)
    blocks = [_block(intent, intents[intent]) for intent in sorted(intents) if intents[intent]]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks) if blocks else 'version: "3.1"\nnlu: []\n'


def _block(intent: str, words: list[str]) -> str:
    """JSON is YAML: a quoted string needs no other escape."""
    examples = "".join(f"- {each}\n" for each in words)
    return f"- intent: {intent}\n  examples: {json.dumps(examples, ensure_ascii=False)}\n"
