"""How far it is, on stderr: a line that grows on a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
import threading


class Progress:
    def __init__(self, stage: str, total: int) -> None:
        self._stage = stage
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        self._is_terminal = sys.stderr.isatty()
        self._say()

    def one_more(self) -> None:
        with self._lock:
            self._done += 1
            if self._is_terminal or self._done == self._total:
                self._say()

    def _say(self) -> None:
        line = f"{self._stage}: {self._done} of {self._total}"
        ends_here = not self._is_terminal or self._done == self._total
        print(
            f"\r{line}" if self._is_terminal else line,
            end="\n" if ends_here else "",
            file=sys.stderr,
            flush=True,
        )
