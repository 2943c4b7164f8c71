"""A mail server as a program: each mail lies on the disk before it is said to be accepted.

    python smtp_spooler.py PORT FOLDER

It imports nothing of the tests, so that it is up at once.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Spooler:
    """aiosmtpd's handler."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        head = {"sender": envelope.mail_from or "", "recipients": envelope.rcpt_tos}
        raw = bytes(envelope.original_content or b"")
        self._keep(json.dumps(head).encode() + b"\n" + raw)
        return "250 OK"

    def _keep(self, data: bytes) -> None:
        name = f"{time.time_ns():020}.mail"
        unfinished = self._folder / f"{name}.part"
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    handler = Spooler(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="spooler.example.test", enable_SMTPUTF8=True, loop=loop),
        HOST, port, reuse_address=True,
    )  # fmt: skip
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
