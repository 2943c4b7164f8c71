"""The bot as it runs in earnest: `bot/serve.py rasa` and `actions`, really trained."""

import json
import os
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.child import Child
from tests.servers.ports import HOST, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv-bot" / "bin" / "python"
PATIENCE = 240  # seconds: the first time it trains
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass
class BotProcess:
    """`models` is a folder of models of the test's own; without it, what set-up trained."""

    folder: Path
    desk_url: str
    token: str
    models: Path | None = None
    port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    rasa: Child | None = None
    actions: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HELPDESK_")}
        ours = {
            "HELPDESK_URL": self.desk_url,
            "HELPDESK_BOT_TOKEN": self.token,
            "HELPDESK_BOT_URL": self.url,
            "HELPDESK_BOT_ACTIONS_PORT": str(self.actions_port),
        }
        if self.models:
            ours["HELPDESK_BOT_MODELS"] = str(self.models)
        return inherited | ours

    def start(self) -> "BotProcess":
        self.begin()
        return self.wait()

    def begin(self) -> None:
        assert PYTHON.exists(), "The bot's packages are not installed. Run: .ci/setup test"
        self.actions = self._child("actions")
        self.rasa = self._child("rasa")

    def wait(self) -> "BotProcess":
        """Until both servers answer."""
        assert self.actions
        assert self.rasa
        self.actions.wait_until(self._actions_answer, timeout=60)
        self.rasa.wait_until(lambda: self.model_in_service is not None, timeout=PATIENCE)
        return self

    def _child(self, name: str) -> Child:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        command = [str(PYTHON), str(ROOT / "bot" / "serve.py"), name]
        return Child(command, folder, environment=self.environment, drop_root=False)

    @property
    def model_in_service(self) -> str | None:
        """Rasa's own name of it; None while nothing answers."""
        found = _get(f"{self.url}/webhooks/rest/health")
        return str(found["model"]) if found and found.get("ready") else None

    def _actions_answer(self) -> bool:
        return _get(f"http://{HOST}:{self.actions_port}/health") is not None

    def stop(self) -> None:
        for child in (self.rasa, self.actions):
            if child:
                child.stop()


def _get(url: str) -> dict[str, object] | None:
    try:
        with _open(url, timeout=5) as answer:
            return dict(json.load(answer))
    except (OSError, ValueError):
        return None
