"""Asking clamd about a file: the INSTREAM command over TCP or a unix socket (clamd(8))."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from urllib.parse import urlsplit

CHUNK = 65_536  # bytes
SECONDS = 60.0  # for each step
MAX_ANSWER = 4_096  # bytes


class ScannerAway(Exception):
    """clamd did not say whether the file is clean. The text is a sentence for an admin."""


class Clamd:
    """``address``: ``tcp://HOST:PORT`` or ``unix:///PATH``."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self._address = address
        self._seconds = seconds

    def virus_in(self, data: bytes) -> str:
        """The name of what was found; "" for a clean file. Raises ``ScannerAway``."""
        try:
            with closing(self._connected()) as line:
                answer = _asked(line, data)
        except (OSError, ValueError) as problem:
            raise ScannerAway(
                f"clamd at {self._address} cannot be reached: {problem}."
            ) from problem
        verdict = answer.removeprefix("stream: ")
        if verdict == "OK":
            return ""
        if verdict.endswith(" FOUND"):
            return verdict.removesuffix(" FOUND")[:200]
        raise ScannerAway(f"clamd answered: {answer[:200] or 'nothing'}")

    def _connected(self) -> socket.socket:
        where = urlsplit(self._address)
        if where.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self._seconds)
            try:
                line.connect(where.path)
            except OSError:
                line.close()
                raise
            return line
        return socket.create_connection(
            (where.hostname or "127.0.0.1", where.port or 3310), timeout=self._seconds
        )


def _asked(line: socket.socket, data: bytes) -> str:
    line.sendall(b"zINSTREAM\0")
    try:
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
    except BrokenPipeError:
        pass  # too long for it: it has said so, and hung up
    return _answer(line)


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER:
        more = line.recv(1_024)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
