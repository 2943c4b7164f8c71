"""Runs the bot's two servers, for the Procfile: ``python bot/serve.py rasa`` or ``actions``.

``rasa`` trains first when that is needed, listens at HELPDESK_BOT_URL (http://127.0.0.1:5005) and
passes every connection on to the Rasa in service. When the pointer to the model changes, a second
Rasa is started, and connections go there once it answers: no request waits for a model. A Rasa
that dies is started again. What cannot be loaded is left out, and the one in service stays.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.models import Models, models_folder  # noqa: E402
from bot.rasa_server import NotReady, RasaServer  # noqa: E402
from bot.relay import Relay  # noqa: E402

LOOK_EVERY = 1.0  # seconds
PATIENCE_AFTER_CRASH = (1, 2, 5, 10, 30)  # seconds


class Bot:
    """The Rasa in service, and the change to another."""

    def __init__(self, models: Models, host: str, port: int) -> None:
        self._models = models
        self._relay = Relay(host, port)
        self._server: RasaServer | None = None
        self._refused: str | None = None
        self._crashes = 0

    async def serve(self, stop: asyncio.Event) -> None:
        await self._relay.listen()
        try:
            while not stop.is_set():
                await self._look()
                await _wait(stop, LOOK_EVERY)
        finally:
            await self._relay.close()
            if self._server:
                await self._server.stop()

    async def _look(self) -> None:
        """One look at the pointer and at the server."""
        if self._server and not self._server.is_running:
            _tell("Rasa has ended; starting it again.")
            self._relay.target = None
            self._server = None
            await asyncio.sleep(PATIENCE_AFTER_CRASH[min(self._crashes, 4)])
            self._crashes += 1
        wanted = self._models.current
        if wanted and wanted not in (self._refused, self._in_service):
            await self._change_to(wanted)

    @property
    def _in_service(self) -> str | None:
        return self._server.model if self._server else None

    async def _change_to(self, model: str) -> None:
        fresh = RasaServer(model, self._models.path(model))
        try:
            await fresh.start()
        except NotReady as failure:
            await fresh.stop()
            _tell(f"Model {model} cannot serve: {failure}")
            self._fall_back_from(model)
            return
        self._relay.target = ("127.0.0.1", fresh.port)
        before, self._server = self._server, fresh
        self._crashes = 0
        _tell(f"Model {model} is in service.")
        if before:
            await before.stop(after=10)  # what was asked of it is still answered

    def _fall_back_from(self, model: str) -> None:
        """With nothing in service, the model before this one is better than none."""
        self._refused = model
        previous = self._models.previous
        if self._server is None and previous and previous != model:
            self._models.switch(previous)


async def _train() -> bool:
    command = [sys.executable, "-m", "bot.train"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if process.returncode:
        _tell(said.decode(errors="replace")[-2000:])
    return process.returncode == 0


async def _serve_rasa() -> int:
    stop = _stop_event()
    models = Models(models_folder())
    if not await _trained_unless(stop, models):
        return 1 if not stop.is_set() else 0
    place = urlsplit(os.environ.get("HELPDESK_BOT_URL") or "http://127.0.0.1:5005")
    await Bot(models, place.hostname or "127.0.0.1", place.port or 5005).serve(stop)
    return 0


async def _trained_unless(stop: asyncio.Event, models: Models) -> bool:
    """Trains; where that fails, an older model serves."""
    training = asyncio.ensure_future(_train())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({training, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not training.done():
        training.cancel()
        await asyncio.gather(training, return_exceptions=True)
        return False
    if not training.result() and models.current:
        _tell("Training failed; the model in service stays.")
    return training.result() or models.current is not None


def _serve_actions() -> int:
    """Blocks. Only this machine reaches it."""
    from rasa_sdk.endpoint import create_app

    port = int(os.environ.get("HELPDESK_BOT_ACTIONS_PORT") or 5055)
    create_app("bot.actions").run(host="127.0.0.1", port=port, workers=1, access_log=False)
    return 0


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except asyncio.TimeoutError:
        return


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    if sys.argv[1:] == ["rasa"]:
        return asyncio.run(_serve_rasa())
    if sys.argv[1:] == ["actions"]:
        return _serve_actions()
    _tell("usage: bot/serve.py rasa|actions")
    return 2


if __name__ == "__main__":
    sys.exit(main())
