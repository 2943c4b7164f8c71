"""One Rasa with one model, as a child process on a port of its own."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

HERE = Path(__file__).resolve().parent
PATIENCE = 120  # seconds until it must answer
SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG of Linux
_open = build_opener(ProxyHandler({})).open  # a proxy would only be in the way


WARM_UP = ("hello", "你好")
_Found = TypeVar("_Found")


class NotReady(Exception):
    """It did not come to answer; the text says why."""


class RasaServer:
    """``log`` is where it writes what it does; without one, beside what this process says."""

    def __init__(self, model: str, path: Path, log: Path | None = None) -> None:
        self.model = model
        self.port = free_port()
        self._path = path
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Returns when it answers with this model. Raises ``NotReady``."""
        with self._log.open("ab") if self._log else nullcontext() as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(), cwd=HERE, env=_environment(), preexec_fn=end_with_parent(),
                stdout=log, stderr=log,
            )  # fmt: skip
        for _ in range(PATIENCE * 5):
            if not self.is_running:
                raise NotReady(f"it ended with {self._process.returncode}")
            if await _in_thread(self._answers):
                await _in_thread(self._warm_up)
                return
            await asyncio.sleep(0.2)
        raise NotReady(f"it did not answer within {PATIENCE} s")

    async def stop(self, after: float = 0) -> None:
        if after:
            await asyncio.sleep(after)
        if not self._process or not self.is_running:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 8)
        except asyncio.TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _answers(self) -> bool:
        try:
            with _open(f"http://127.0.0.1:{self.port}/webhooks/rest/health", timeout=2) as answer:
                return bool(json.load(answer).get("ready"))
        except HTTPError as refusal:  # Rasa loads before it listens: now it will not any more
            raise NotReady("Rasa could not load it") from refusal
        except (OSError, ValueError):
            return False

    def _warm_up(self) -> None:
        """The models are read with the first message of each language; no customer waits for it."""
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        for text in WARM_UP:
            body = json.dumps({"sender": "warm-up", "message": text, "metadata": {}}).encode()
            with suppress(OSError):  # without an action server there is no answer, but warmth
                _open(Request(url, body, {"Content-Type": "application/json"}), timeout=60).close()

    def _command(self) -> list[str]:
        rasa = [sys.executable, "-m", "bot.quiet_rasa", "run", "--model", str(self._path)]
        files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
        return [*rasa, *files, "--interface", "127.0.0.1", "--port", str(self.port)]


async def _in_thread(work: Callable[[], _Found]) -> _Found:
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _environment() -> dict[str, str]:
    ours = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_BACKLOG": "100",
        "HELPDESK_BOT_ACTIONS_PORT": os.environ.get("HELPDESK_BOT_ACTIONS_PORT") or "5055",
        "PYTHONPATH": str(HERE.parent),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    return os.environ | ours


def end_with_parent():  # type: ignore[no-untyped-def]
    """On Linux the child is killed when this process is; elsewhere nothing is done."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # loaded here, since the child may only make calls
    return lambda: libc.prctl(SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
