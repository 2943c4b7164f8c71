"""The tests' side of the victims: hands out tasks, and hears how each one ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class End:
    """How a victim ended: the steps that it took, and its exit code (negative: the signal)."""

    steps: list[str]
    status: int

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Victims:
    """One process that forks a victim a task, warmed up over the empty ``databases``."""

    fills_the_disk = False  # at the step where they would die, until they break down over it

    def __init__(self, log: Path, databases: Sequence[str]) -> None:
        self._log = log
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.promises.victim", "--serve", *databases],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n", self.log

    def send(self, walk: str, kill_at: int | None = None, **task: Any) -> None:
        """Begin a walk, and do not wait for its end."""
        assert self._process.stdin
        print(
            json.dumps({"walk": walk, "kill_at": kill_at, "fills": self.fills_the_disk, **task}),
            file=self._process.stdin,
            flush=True,
        )

    def end(self) -> End:
        """Wait for the end of the walk that was sent. One that failed by itself fails the test."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self.log
        end = End(**json.loads(line))
        assert end.status in (0, -signal.SIGKILL), f"exit code {end.status}: {self.log}"
        return end

    def walk(self, walk: str, kill_at: int | None = None, **task: Any) -> End:
        self.send(walk, kill_at, **task)
        return self.end()

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")[-6000:]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)
