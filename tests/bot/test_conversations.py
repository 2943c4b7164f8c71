"""The talks of bot/tests/conversations, played against the trained bot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.desk_stand_in import DeskStandIn
from tests.bot.talk import Heard, Talk

FOLDER = Path(__file__).resolve().parent.parent.parent / "bot" / "tests" / "conversations"
KEYS = {"says", "with", "proved", "silent", "intent", "language"} | {
    *("hears", "hears_not", "does", "command", "buttons")
}


def talks() -> list[Any]:
    return [
        pytest.param(one, id=f"{path.stem}: {one['talk']}")
        for path in sorted(FOLDER.glob("*.yml"))
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("script", talks())
def test_every_turn_of_the_talk_is_answered_as_written(
    script: dict[str, Any], talk: Callable[..., Talk], shop: DeskStandIn
) -> None:
    customer = talk(**script.get("circumstances", {}))
    for turn in script["turns"]:
        assert set(turn) <= KEYS, f"unknown keys: {set(turn) - KEYS}"
        shop.silent = bool(turn.get("silent"))
        shop.proved |= {turn["proved"]} if "proved" in turn else set()
        heard = customer.say(turn["says"], **turn.get("with", {}))
        faults = list(_faults(turn, heard))
        assert not faults, f"{turn['says']!r}: {faults}\n{heard.answer}"


def _faults(turn: dict[str, Any], heard: Heard):  # type: ignore[no-untyped-def]
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
