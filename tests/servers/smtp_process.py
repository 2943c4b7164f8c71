"""A mail server that can die: a process of its own, whose spool outlives it."""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.child import Child, private_folder
from tests.servers.ports import HOST, free_port, is_open
from tests.servers.smtp_sink import Received

SPOOLER = Path(__file__).with_name("smtp_spooler.py")


@dataclass
class SmtpProcess:
    """`messages` holds what was accepted, also by those who were killed since.

    `kill()` is kill -9; `start()`, which must be called from the main thread, brings up another
    one at the same port and over the same spool.
    """

    host: str = HOST
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder = private_folder("smtp", in_memory=True)
        self._spool = self.folder / "spool"
        self._spool.mkdir()
        self._read: dict[str, Received] = {}
        self._child: Child | None = None
        self.start()

    @property
    def messages(self) -> list[Received]:
        for path in self._spool.glob("*.mail"):
            if path.name not in self._read:
                self._read[path.name] = _received(path)
        return [self._read[name] for name in sorted(self._read)]

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    @property
    def pid(self) -> int:
        assert self._child, "not started yet"
        return self._child.pid

    def start(self) -> None:
        command = [sys.executable, str(SPOOLER), str(self.port), str(self._spool)]
        self._child = Child(command, self.folder, drop_root=False)
        self._child.wait_until(lambda: is_open(self.port))

    def ensure_running(self) -> None:
        if not self.is_running:
            self.start()

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def reset(self) -> None:
        """As new: running and empty."""
        self.ensure_running()
        for path in self._spool.glob("*"):
            path.unlink()
        self._read.clear()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _received(path: Path) -> Received:
    head, _, raw = path.read_bytes().partition(b"\n")
    told = json.loads(head)
    return Received(told["sender"], told["recipients"], raw)
