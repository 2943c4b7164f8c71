"""Starting, killing and freezing the stand-in's process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from typing import Any

from tests.servers.ports import HOST, free_port


class RasaStandIn:
    """One process; ``with RasaStandIn() as rasa`` starts it and ends it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RasaStandIn:
        command = [sys.executable, "-m", "tests.standins.rasa.server", str(self.port)]
        self._process = subprocess.Popen(command)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url, timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the stand-in of Rasa does not start")

    def kill(self) -> None:
        """kill -9: connections break, further ones are refused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stopped, not dead: it takes connections and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def heard(self) -> list[dict[str, Any]]:
        """Everything that it was asked, in order."""
        with urllib.request.urlopen(f"{self.url}/heard", timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def __enter__(self) -> RasaStandIn:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.kill()
