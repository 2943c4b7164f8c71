"""A stage for models: a desk that is none, the action server, and one Rasa at a time."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from bot.comparison.desk_stand_in import TOKEN, DeskStandIn
from bot.models import HERE, Models, is_whole
from bot.rasa_server import NotReady, RasaServer, end_with_parent, free_port

PATIENCE = 60  # seconds until the action server must answer
_open = build_opener(ProxyHandler({})).open


class CannotServe(Exception):
    """The model does not come to answer; the text says why."""


class Stage:
    """``folder`` takes the logs."""

    def __init__(self, folder: Path, shop: DeskStandIn) -> None:
        self.shop = shop
        self._folder = folder

    @contextmanager
    def bot(self, models: Models, name: str) -> Iterator[str]:
        """The address of a Rasa that answers with this model, as in service. Raises
        ``CannotServe``."""
        if not is_whole(models.path(name)):
            raise CannotServe("its file is damaged")
        server = RasaServer(name, models.path(name), self._folder / f"{name}.log")
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(server.start())
            yield f"http://127.0.0.1:{server.port}"
        except NotReady as failure:
            raise CannotServe(str(failure)) from failure
        finally:
            loop.run_until_complete(server.stop())
            loop.close()


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Everything that a model needs around it; nothing of it is left afterwards."""
    shop = DeskStandIn()
    port = free_port()
    os.environ["HELPDESK_BOT_ACTIONS_PORT"] = str(port)  # Rasa's endpoints.yml reads it
    environment = os.environ | {"HELPDESK_URL": shop.url, "HELPDESK_BOT_TOKEN": TOKEN}
    with (folder / "actions.log").open("ab") as log:
        actions = subprocess.Popen(  # noqa: S603
            [sys.executable, str(HERE / "action_server.py")],
            env=environment, stdout=log, stderr=log, preexec_fn=end_with_parent(),  # noqa: PLW1509  no threads yet
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", actions)
        yield Stage(folder, shop)
    finally:
        actions.terminate()
        actions.wait()
        shop.close()


def _wait_for(url: str, actions: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and actions.poll() is None:
        try:
            _open(url, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CannotServe("the action server did not start")
