"""What stands where clamd does: it speaks INSTREAM over TCP or a unix socket, and knows EICAR."""

from __future__ import annotations

import socketserver
import struct
import threading
from pathlib import Path
from typing import Any

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ClamdStandIn:
    """``answer`` replaces its verdict; ``limit`` is its StreamMaxLength in bytes."""

    def __init__(self, socket_path: Path | None = None) -> None:
        self.answer = ""
        self.limit = 1_000_000
        self.asked = 0
        stand_in = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(stand_in.verdict(self.rfile) + b"\0")

        if socket_path is None:
            self._server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
            self.address = f"tcp://127.0.0.1:{self._server.server_address[1]}"
        else:
            self._server = socketserver.ThreadingUnixStreamServer(str(socket_path), Handler)
            self.address = f"unix://{socket_path}"
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def verdict(self, stream: Any) -> bytes:
        self.asked += 1
        command = stream.read(len(b"zINSTREAM\0"))
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        data = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            if len(data) + length > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
            data += stream.read(length)
        if self.answer:
            return self.answer.encode()
        return b"stream: Eicar-Signature FOUND" if EICAR in data else b"stream: OK"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
