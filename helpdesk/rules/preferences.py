"""How an agent likes to work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

UNDO_SECONDS = 8  # as long as the bar stands


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an agent may turn on and off."""

    undo: bool = True  # a reply waits a few seconds, and may be taken back
    single_keys: bool = True  # j, k, r, ... without Ctrl (WCAG 2.1.4)
    sound: bool = False
    desktop: bool = False  # notifications of the system
    next_ticket: bool = True  # after resolving, the next one opens

    @property
    def on(self) -> str:
        """The names of what is turned on, with spaces between them."""
        return " ".join(name for name in names() if getattr(self, name))

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Preferences:
        """From what is stored; what is missing or unknown is as for everybody."""
        return cls(**{name: bool(kept[name]) for name in names() if name in kept})

    def changed(self, **wanted: bool) -> dict[str, Any]:
        """To be stored: these preferences with ``wanted`` in their place."""
        return asdict(self) | wanted


def names() -> tuple[str, ...]:
    return tuple(Preferences.__dataclass_fields__)
