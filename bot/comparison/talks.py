"""The talks of bot/tests/conversations, and what is wrong with the answers of a running bot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bot.comparison.desk_stand_in import DeskStandIn
from bot.comparison.talk import Heard, NotAnswered, Talk
from bot.models import HERE

FOLDER = HERE / "tests" / "conversations"
KEYS = {"says", "with", "proved", "silent", "intent", "language"} | {
    *("hears", "hears_not", "does", "command", "buttons")
}


@dataclass(frozen=True)
class Script:
    name: str
    circumstances: dict[str, Any]
    turns: list[dict[str, Any]]
    codes: bool = False  # whether the desk offers a one-time code


def scripts() -> list[Script]:
    return [
        Script(
            f"{path.stem}: {one['talk']}",
            one.get("circumstances", {}),
            one["turns"],
            bool(one.get("codes")),
        )
        for path in sorted(FOLDER.glob("*.yml"))
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def fault_in(script: Script, url: str, shop: DeskStandIn) -> str | None:
    """Plays the talk with the bot at ``url``; the first turn that went wrong, and how."""
    shop.reset()
    shop.codes = script.codes
    customer = Talk(url, script.circumstances)
    for turn in script.turns:
        shop.silent = bool(turn.get("silent"))
        shop.proved |= {turn["proved"]} if "proved" in turn else set()
        try:
            heard = customer.say(turn["says"], **turn.get("with", {}))
            faults = list(_faults(turn, heard))
        except NotAnswered as nothing:
            faults = [f"not answered: {nothing}"]
        if faults:
            return f"{turn['says']!r}: {'; '.join(faults)}"
    return None


def _faults(turn: dict[str, Any], heard: Heard) -> Iterator[str]:
    yield from (f"unknown key {key}" for key in sorted(set(turn) - KEYS))
    understood = heard.understood
    for name in ("intent", "language"):
        if name in turn and understood[name] != turn[name]:
            yield f"{name} {understood[name]}, not {turn[name]}"
    yield from (f"does not say {p!r}" for p in turn.get("hears", ()) if p not in heard.text)
    yield from (f"says {p!r}" for p in turn.get("hears_not", ()) if p in heard.text)
    if "does" in turn and heard.does != turn["does"]:
        yield f"does {heard.does}, not {turn['does']}"
    if "buttons" in turn and len(heard.buttons) != turn["buttons"]:
        yield f"{len(heard.buttons)} buttons"
    for name, values in turn.get("command", {}).items():
        got = {key: heard.command(name)[key] for key in values} if name in heard.does else None
        if got != values:
            yield f"{name} with {got}, not {values}"
