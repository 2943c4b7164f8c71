"""A figure: what was measured, against what it was to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` is the most that ``value`` may be, ``least`` the least; None where nothing was
    promised."""

    group: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def is_missed(self) -> bool:
        too_much = self.limit is not None and self.value > self.limit
        return too_much or (self.least is not None and self.value < self.least)

    @property
    def is_fault(self) -> bool:
        """Whether something is there that must not be, on however slow a machine."""
        return self.limit == 0 and self.value != 0

    @property
    def verdict(self) -> str:
        if self.limit is None and self.least is None:
            return ""
        return "MISSED" if self.is_missed else "ok"

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "missed": self.is_missed}


def faults(figures: Sequence[Figure]) -> list[str]:
    """What was lost, doubled or otherwise there that must not be."""
    return [f"{each.group}: {each.name}" for each in figures if each.is_fault]


HEADINGS = ("", "result", "target", "", "")


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, in columns."""
    lines = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    return "\n".join(_line(cells, widths) for cells in lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    target = "" if figure.limit is None else f"<= {_number(figure.limit)} {figure.unit}"
    if figure.least is not None:
        target = f">= {_number(figure.least)} {figure.unit}"
    result = f"{_number(figure.value)} {figure.unit}"
    return f"{figure.group}: {figure.name}", result, target, figure.verdict, figure.note


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.1f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, result, target, verdict, note = cells
    return (
        f"{name:<{widths[0]}}  {result:>{widths[1]}}  {target:>{widths[2]}}  "
        f"{verdict:<{widths[3]}}  {note}"
    ).rstrip()
