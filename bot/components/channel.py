"""The way in: what the desk posts, bounded and cleaned, and one answer a message."""

from __future__ import annotations

import re
from typing import Any, Awaitable, Callable, Dict, Optional, Text  # noqa: UP035

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

MAX_CHARS = 4000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def cleaned(text: object) -> str:
    """Bounded, without control characters, and never one of Rasa's own commands (``/restart``)."""
    if not isinstance(text, str):
        return ""
    text = _CONTROL.sub("", text[:MAX_CHARS]).encode("utf-8", "ignore").decode()
    return text.strip().lstrip("/").strip() or "…"


class DeskInput(RestInput):
    """Rasa's REST channel for the desk: same address, same form."""

    @classmethod
    def name(cls) -> Text:
        return "rest"

    def _extract_message(self, req: Request) -> Optional[Text]:
        return cleaned((req.json or {}).get("message"))

    def get_metadata(self, request: Request) -> Dict[Text, Any]:
        given = (request.json or {}).get("metadata")
        return given if isinstance(given, dict) else {}

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        webhook = super().blueprint(on_new_message)

        @webhook.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            """Which model answers; 503 until one does."""
            agent = request.app.ctx.agent
            ready = bool(agent and agent.is_ready())
            model = agent.model_id if ready else None
            return json({"ready": ready, "model": model}, status=200 if ready else 503)

        return webhook
