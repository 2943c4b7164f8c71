"""Samples of what mail programs write, many in one file."""

from __future__ import annotations

from pathlib import Path


def samples(name: str) -> dict[str, str]:
    """The named samples of a file beside this one, each after a line of "@@@ name"."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("@@@ ")[1:])
    return {name: sample.removesuffix("\n") for name, _, sample in parts}
