"""Asking Rasa over HTTP, within a deadline that holds whatever the server does.

A server that drips its answer byte by byte passes every timeout of a socket; here a watchdog
cuts the connection when the time is up. After a silence Rasa is let rest for a while, so that a
dead one costs the first customer seconds and the next ones nothing.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from helpdesk.rules import bot_policy, bot_reply
from helpdesk.rules.bot_reply import BotReply

MOST_BYTES = 1_000_000
PROBE_EVERY = 3.0  # seconds that a probe's result is believed
PROBE_PATIENCE = 1.0


class Silent(Exception):
    """Rasa gave no answer that can be used. The text says why."""


class Rasa:
    """One Rasa server, at the address of ``HELPDESK_BOT_URL``; "" is a desk without one."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._rests_until = 0.0
        self._probed: tuple[float, bool] = (0.0, False)

    @property
    def is_there(self) -> bool:
        return bool(self._url.hostname)

    def ask(self, sender: str, message: str, metadata: dict[str, Any], patience: float) -> BotReply:
        """What Rasa answers within ``patience`` seconds. Raises ``Silent``."""
        if not self.is_there:
            raise Silent("This desk has no bot.")
        if time.monotonic() < self._rests_until:
            raise Silent("Rasa was silent a moment ago.")
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            said = self._request("POST", "/webhooks/rest/webhook", patience, body)
            reply = bot_reply.read(json.loads(said))
        except (OSError, HTTPException, ValueError, RecursionError) as fault:
            self._rests_until = time.monotonic() + bot_policy.REST.total_seconds()
            raise Silent(f"Rasa was silent: {type(fault).__name__}: {str(fault)[:200]}") from None
        if reply.is_silent:
            raise Silent("Rasa had nothing to say.")
        return reply

    def is_well(self) -> bool:
        """Whether it answers with a model; asked at most every few seconds."""
        at, was_well = self._probed
        if time.monotonic() - at > PROBE_EVERY:
            was_well = self._probe()
            self._probed = (time.monotonic(), was_well)
        return was_well and time.monotonic() >= self._rests_until

    def _probe(self) -> bool:
        try:
            self._request("GET", "/webhooks/rest/health", PROBE_PATIENCE)
        except (OSError, HTTPException, ValueError):
            return False
        return True

    def _request(self, method: str, path: str, patience: float, body: Any = None) -> bytes:
        connection = self._connection(patience)
        given_up = threading.Event()

        def give_up() -> None:
            given_up.set()
            with suppress(OSError):
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)

        watchdog = threading.Timer(patience, give_up)
        watchdog.daemon = True
        watchdog.start()
        try:
            sent = None if body is None else json.dumps(body).encode()
            path = self._url.path.rstrip("/") + path
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read(MOST_BYTES + 1)
            if given_up.is_set():
                raise TimeoutError(f"no answer in {patience:.1f} s")
            if answer.status != 200 or len(said) > MOST_BYTES:
                raise ValueError(f"HTTP {answer.status}, {len(said)} bytes")
            return said
        finally:
            watchdog.cancel()
            connection.close()

    def _connection(self, patience: float) -> HTTPConnection:
        if patience <= 0:
            raise TimeoutError("the time was up before it was asked")
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=patience)
