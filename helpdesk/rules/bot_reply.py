"""What Rasa answered, read from its JSON: bounded, and nothing taken on trust.

The shape is the contract with ``bot/``: a list of ``{text?, buttons?, custom?}``, where
``custom`` is ``{commands, understood, articles}``. What does not fit is left out; an answer
that says nothing and does nothing is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_TEXT = 4000
MOST_BUTTONS = 6
MOST_ITEMS = 20
MOST_WORD = 200


@dataclass(frozen=True, slots=True)
class Understood:
    intent: str = ""
    confidence: float = 0.0
    cosine: float = 0.0
    language: str = ""
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BotReply:
    """One answer: what the customer is told, and what the app is to do."""

    text: str = ""
    buttons: tuple[str, ...] = ()  # what a button shows is what the customer says by pressing it
    commands: tuple[dict[str, Any], ...] = ()
    understood: Understood = field(default_factory=Understood)
    articles: tuple[dict[str, Any], ...] = ()

    def command(self, name: str) -> dict[str, Any] | None:
        """The first command of this name."""
        return next((c for c in self.commands if c["do"] == name), None)

    @property
    def is_silent(self) -> bool:
        """Whether the customer would hear nothing: for these commands the desk has words."""
        speaks = any(self.command(name) for name in ("handoff", "open_ticket", "verify", "suggest"))
        return not self.text and not speaks


def read(said: object) -> BotReply:
    """The answer in Rasa's JSON. Raises ``ValueError`` when it is not of the contract's shape."""
    if not isinstance(said, list):
        raise ValueError("the answer is not a list")
    items = [item for item in said[:MOST_ITEMS] if isinstance(item, dict)]
    texts = [_text(item.get("text"), MOST_TEXT) for item in items]
    customs = [item["custom"] for item in items if isinstance(item.get("custom"), dict)]
    return BotReply(
        text="\n\n".join(text for text in texts if text)[:MOST_TEXT],
        buttons=tuple(b for item in items for b in _buttons(item.get("buttons")))[:MOST_BUTTONS],
        commands=tuple(c for custom in customs for c in _commands(custom.get("commands"))),
        understood=_understood([custom.get("understood") for custom in customs]),
        articles=tuple(a for custom in customs for a in _articles(custom.get("articles"))),
    )


def _text(value: object, most: int = MOST_WORD) -> str:
    if not isinstance(value, str):
        return ""
    plain = "".join(c for c in value if c in "\n\t" or (c >= " " and c != "\x7f"))
    return plain.encode("utf-8", "ignore").decode().strip()[:most]


def _list(value: object) -> list[Any]:
    return value[:MOST_ITEMS] if isinstance(value, list) else []


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e6 else 0.0  # type: ignore[arg-type]


def _buttons(value: object) -> list[str]:
    titles = [_text(b.get("title"), 60) for b in _list(value) if isinstance(b, dict)]
    return [title for title in titles if title]


def _commands(value: object) -> list[dict[str, Any]]:
    return [c for c in _list(value) if isinstance(c, dict) and isinstance(c.get("do"), str)]


def _understood(values: list[object]) -> Understood:
    value = next((v for v in values if isinstance(v, dict)), {})
    ranking = [pair for pair in _list(value.get("ranking")) if _is_pair(pair)]
    entities = value.get("entities")
    entities = list(entities.items())[:10] if isinstance(entities, dict) else []
    return Understood(
        intent=_text(value.get("intent"), 64),
        confidence=_number(value.get("confidence")),
        cosine=_number(value.get("cosine")),
        language=_text(value.get("language"), 16),
        ranking=tuple((_text(name, 64), _number(sure)) for name, sure in ranking[:5]),
        entities=tuple((_text(name), _text(said)) for name, said in entities),
    )


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def _articles(value: object) -> list[dict[str, Any]]:
    found = [a for a in _list(value) if isinstance(a, dict) and _text(a.get("slug"))]
    return [
        {
            "slug": _text(a["slug"]),
            "score": _number(a.get("score")),
            "confidence": _number(a.get("confidence")),
        }
        for a in found[:5]
    ]


def summary(command: dict[str, Any]) -> dict[str, list[str]]:
    """``{asked, tried, collected}`` of a handoff, each a list of lines."""
    given = command.get("summary")
    given = given if isinstance(given, dict) else {}
    return {name: _lines(given.get(name)) for name in ("asked", "tried", "collected")}


def _lines(value: object) -> list[str]:
    if isinstance(value, dict):
        value = [f"{name}: {said}" for name, said in value.items() if said]
    found = value if isinstance(value, list) else [value]
    return [line for line in (_text(each, 500) for each in found[:10]) if line]


def word(value: object, most: int = MOST_WORD) -> str:
    """A short text of a command, or ""."""
    return _text(value, most)
