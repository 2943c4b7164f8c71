"""The way in: what the desk posts, bounded and cleaned, and one list of answers a message."""

from __future__ import annotations

import logging
import re
from typing import Any, Awaitable, Callable, Dict, List

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.merge import as_one

MAX_CHARS = 4000
MAX_SENDER = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_log = logging.getLogger(__name__)


def cleaned(text: object) -> str:
    """Bounded, without control characters, and never one of Rasa's own commands (``/restart``)."""
    if not isinstance(text, str):
        return ""
    text = _CONTROL.sub("", text[:MAX_CHARS]).encode("utf-8", "ignore").decode()
    return text.strip().lstrip("/").strip() or "…"


class DeskInput(InputChannel):
    """The desk's way to the bot, at the address and in the form of Rasa's REST channel."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        webhook = Blueprint("desk_input", __name__)

        @webhook.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            """Which model answers; 503 until one does."""
            agent = request.app.ctx.agent
            ready = bool(agent and agent.is_ready())
            model = agent.model_id if ready else None
            return json({"ready": ready, "model": model}, status=200 if ready else 503)

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            said = _message_in(request)
            if said is None:
                return json({"error": "wanted: sender, message, metadata"}, status=400)
            try:
                await on_new_message(said)
            except Exception:  # whatever it is, the desk must hear of it, and serve the customer
                _log.exception("a message of %s was not answered", said.sender_id)
                return json({"error": "not answered"}, status=500)
            collected: List[Dict[str, Any]] = said.output_channel.messages  # type: ignore[attr-defined]
            if not collected:  # Rasa logs a failed action, and goes on as if it had said nothing
                return json({"error": "nothing to say"}, status=500)
            return json(as_one(collected))

        return webhook


def _message_in(request: Request) -> UserMessage | None:
    """None for anything that is not of the desk's making."""
    try:
        given = request.json
    except Exception:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("sender"), str):
        return None
    metadata = given.get("metadata")
    return UserMessage(
        cleaned(given.get("message")),
        CollectingOutputChannel(),
        given["sender"][:MAX_SENDER],
        input_channel=DeskInput.name(),
        metadata=metadata if isinstance(metadata, dict) else {},
    )
