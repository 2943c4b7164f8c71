"""The smallest desk that a provider can call: verifies, keys, stores and answers over HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any, Self

from flask import Flask, Response, request
from werkzeug.serving import make_server

from channels.base import WebhookChannel, WebhookRequest
from channels.message import InboundMessage, Parsed, RawEnvelope


class Desk:
    """``envelopes`` by key in the order of arrival; a repeat is counted and not stored."""

    def __init__(self, channel: WebhookChannel[Any], settings: Any) -> None:
        self.channel, self.settings = channel, settings
        self.envelopes: dict[str, RawEnvelope] = {}
        self.repeats = 0
        app = Flask(__name__)
        app.add_url_rule("/hooks/<event>", view_func=self._receive, methods=["POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hooks"

    @property
    def parsed(self) -> list[Parsed]:
        return [self.channel.parse(each, self.settings) for each in self.envelopes.values()]

    @property
    def messages(self) -> list[InboundMessage]:
        return [each for each in self.parsed if isinstance(each, InboundMessage)]

    def _receive(self, event: str) -> Response:
        body = request.get_data(cache=True)
        headers = {name.lower(): value for name, value in request.headers}
        call = WebhookRequest(request.url, event, body, headers)
        if not self.channel.verify(call, self.settings):
            return Response("Forged.", status=403)
        self._store(call)
        reply = self.channel.reply(call, self.settings)
        return Response(reply.body, status=reply.status, content_type=reply.content_type)

    def _store(self, call: WebhookRequest) -> None:
        key = self.channel.envelope_key(call)
        if key in self.envelopes:
            self.repeats += 1
        elif key is not None:
            meta = {"event": call.event, "url": call.url}
            self.envelopes[key] = RawEnvelope(call.body, datetime.now(UTC), "", meta)
