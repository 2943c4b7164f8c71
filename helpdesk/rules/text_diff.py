"""What changed between two texts, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 3  # unchanged lines that are shown beside a change
MAX_LINES = 5000  # of each text; the rest is not compared

Kind = Literal["same", "added", "removed", "gap"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison; "gap" stands for unchanged lines that are left out."""

    kind: Kind
    text: str = ""


def compare(before: str, after: str) -> list[Line]:
    """The changed lines with some around them; nothing when the texts are the same."""
    old, new = _lines(before), _lines(after)
    lines: list[Line] = []
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        if lines or group[0][1] > 0:
            lines.append(Line("gap"))
        for tag, start, stop, new_start, new_stop in group:
            if tag == "equal":
                lines += [Line("same", text) for text in old[start:stop]]
                continue
            lines += [Line("removed", text) for text in old[start:stop]]
            lines += [Line("added", text) for text in new[new_start:new_stop]]
    return lines


def _lines(text: str) -> list[str]:
    """No text has no line: its first words are added, and nothing is removed."""
    return text.split("\n")[:MAX_LINES] if text else []
