"""The figures of ``benchmarks.chat``, both ways of serving, in the table."""

from __future__ import annotations

from benchmarks import chat
from benchmarks.figures import Figure
from benchmarks.open_pages import MODES

DELAY = 100.0  # ms from the POST until the other side has it, p95


def run() -> list[Figure]:
    figures = []
    for mode, name in MODES.items():
        found = chat.run(mode)
        note = f"p50 {found['p50_ms']} ms, {found['cpu_ms_per_message']} ms CPU a message"
        lost = found["lost"] + found["doubled"]
        late = f"{found['not_seen']} not seen while it was measured"
        figures += [
            Figure("chat", f"{name}: p95", found["p95_ms"], "ms", DELAY, note),
            Figure("chat", f"{name}: lost or doubled", lost, "", 0, late),
        ]
    return figures
