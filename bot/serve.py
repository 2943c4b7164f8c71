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
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.models import Models, NoSuchModel, models_folder  # noqa: E402
from bot.rasa_server import NotReady, RasaServer, end_with_parent  # noqa: E402
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
        with suppress(OSError):  # a full disk does not stop the bot
            self._models.note_in_service(model)
        _tell(f"Model {model} is in service.")
        if before:
            await before.stop(after=10)  # what was asked of it is still answered

    def _fall_back_from(self, model: str) -> None:
        """With nothing in service, the model before this one is better than none."""
        self._refused = model
        previous = self._models.previous
        if self._server is None and previous and previous != model:
            with suppress(NoSuchModel):
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
    """Ends only when it is told to: the supervisor stops the whole desk when a part of it ends."""
    stop = _stop_event()
    place = urlsplit(os.environ.get("HELPDESK_BOT_URL") or "http://127.0.0.1:5005")
    bot = Bot(Models(models_folder()), place.hostname or "127.0.0.1", place.port or 5005)
    await asyncio.gather(_train_unless(stop), bot.serve(stop))
    return 0


async def _train_unless(stop: asyncio.Event) -> None:
    """An older model serves meanwhile, and afterwards where the training fails."""
    training = asyncio.ensure_future(_train())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({training, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (training, stopping):
        task.cancel()
    await asyncio.gather(training, stopping, return_exceptions=True)


async def _keep_actions() -> int:
    """Starts the action server again whenever it ends."""
    stop = _stop_event()
    command = [sys.executable, str(ROOT / "bot" / "action_server.py")]
    while not stop.is_set():
        server = await asyncio.create_subprocess_exec(*command, preexec_fn=end_with_parent())
        ending = asyncio.ensure_future(server.wait())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if server.returncode is None:
            server.terminate()
        await ending
        await _wait(stop, LOOK_EVERY)
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
        return asyncio.run(_keep_actions())
    _tell("usage: bot/serve.py rasa|actions")
    return 2


if __name__ == "__main__":
    sys.exit(main())
