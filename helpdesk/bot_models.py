"""What the bot tells of its models, read from their folder. `bot/models.py` writes it.

The folder is the bot's: whatever is missing or damaged there is unknown here, and no fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MOST_BYTES = 2_000_000  # of a file
MOST_REASONS = 20
_WORDS = ("rule", "language", "intent", "talk")
_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is worse; ``rule`` as in `bot/comparison/verdict.py`, shares from 0 to 1."""

    rule: str
    language: str = ""
    intent: str = ""
    talk: str = ""
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest report: of which model, when, and whether it was let in."""

    candidate: str
    at: datetime | None
    is_worse: bool
    switched_in: bool
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BotModels:
    """``chosen`` is the model that should answer, ``in_service`` the one that does, or did when
    the bot ran last; "" where nobody knows. ``learnt`` counts accepted examples."""

    chosen: str = ""
    in_service: str = ""
    since: datetime | None = None
    learnt: int | None = None
    comparison: Comparison | None = None


def read_models(folder: Path) -> BotModels:
    noted = _json(folder / "in-service.json")
    name = _name(noted.get("model"))
    learnt = _json(folder / f"{name}.json").get("learnt") if name else None
    return BotModels(
        chosen=_pointer(folder / "current"),
        in_service=name,
        since=_moment(noted.get("since")),
        learnt=learnt if isinstance(learnt, int) else None,
        comparison=_newest_comparison(folder),
    )


def _newest_comparison(folder: Path) -> Comparison | None:
    reports = [_json(path) for path in folder.glob("*.report.json")]
    known = [one for one in reports if _name(one.get("candidate"))]
    if not known:
        return None
    newest = max(known, key=lambda one: str(one.get("compared_at", "")))
    return Comparison(
        candidate=_name(newest["candidate"]),
        at=_moment(newest.get("compared_at")),
        is_worse=bool(newest.get("worse_than_in_service")),
        switched_in=bool(newest.get("switched_in")),
        reasons=list(_reasons(newest.get("reasons")))[:MOST_REASONS],
    )


def _reasons(given: object) -> Iterator[Reason]:
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict):
            words = {
                name: str(one.get(name, "")) for name in ("rule", "language", "intent", "talk")
            }
            yield Reason(
                **words, before=_number(one.get("before")), after=_number(one.get("after"))
            )


def _number(given: object) -> float:
    return float(given) if isinstance(given, (int, float)) else 0.0


def _name(given: object) -> str:
    return given if isinstance(given, str) and _NAME.fullmatch(given) else ""


def _pointer(path: Path) -> str:
    try:
        return _name(path.read_text(encoding="utf-8")[:200].strip())
    except (OSError, ValueError):
        return ""


def _moment(given: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
