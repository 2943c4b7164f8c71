"""The bot's processes under ``helpdesk run``: how they find the desk, and the desk them."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk.config import Settings
from helpdesk.desk import bot_token
from helpdesk.vault import Vault

NAMES = frozenset({"rasa", "actions"})
PYTHON = Path(__file__).parent.parent.parent / ".venv-bot" / "bin" / "python"
RASA_PORT, ACTIONS_PORT = 5005, 5055
REST = 30  # seconds before a process of the bot that ended is started again
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  compared, never bound


def are_installed() -> bool:
    """Whether set-up made the bot's environment."""
    return PYTHON.exists()


def again_and_again(command: str) -> str:
    """The command, started anew when it ends: the desk runs on without its bot."""
    return f"while :; do {command}; sleep {REST}; done"


def environment(settings: Settings) -> dict[str, str]:
    """The variables by which the processes know each other; nothing for a desk without a bot."""
    if not are_installed():
        return {}
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return {
        "HELPDESK_BOT_URL": settings.bot_url or f"http://127.0.0.1:{_port(RASA_PORT)}",
        "HELPDESK_BOT_TOKEN": bot_token(settings, Vault(*settings.secrets)),
        "HELPDESK_BOT_ACTIONS_PORT": str(_port(ACTIONS_PORT)),
        "HELPDESK_BOT_MODELS": str(settings.bot_models_dir),
        "HELPDESK_URL": f"http://{host}:{settings.port}",
    }


def is_elsewhere(settings: Settings) -> bool:
    """Whether the bot is served by another machine."""
    return urlsplit(settings.bot_url).hostname not in (None, "127.0.0.1", "localhost")


def _port(wanted: int) -> int:
    """The usual port, or any other while that one is taken: two desks may run on one machine."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted
