"""What several actions of one turn said, as one answer. Pure."""

from __future__ import annotations

from typing import Any

Said = dict[str, Any]


def as_one(collected: list[Said]) -> list[Said]:
    """Texts in order, each with its buttons; then one ``custom`` with everything of the turn."""
    texts = [{key: one[key] for key in ("text", "buttons") if one.get(key)} for one in collected]
    answer = [one for one in texts if one]
    for one in answer[:-1]:
        one.pop("buttons", None)  # only the last question is still open
    customs = [one["custom"] for one in collected if isinstance(one.get("custom"), dict)]
    return [*answer, {"custom": _joined(customs)}] if customs else answer


def _joined(customs: list[Said]) -> Said:
    return {
        "commands": [command for one in customs for command in one.get("commands", [])],
        "understood": customs[-1].get("understood", {}),
        "articles": [article for one in customs for article in one.get("articles", [])],
    }
