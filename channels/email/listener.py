"""The built-in mail server: takes mail for our inboxes by SMTP (RFC 5321) or LMTP (RFC 2033).

A mail is acknowledged only after ``accept`` has returned, that is, when it is stored.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 26 * 1024 * 1024
MAX_RECIPIENTS = 100
IDLE_SECONDS = 120
BACKLOG = 100

_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A mail, and what the conversation said of it.

    ``mail_from``: the envelope sender, "" for the null sender; ``rcpt_to``: the recipients that we
    know; ``peer``: the address of who handed it in; ``helo``: the name that they gave themselves.
    """

    raw: bytes
    mail_from: str
    rcpt_to: tuple[str, ...]
    peer: str
    helo: str


Accept = Callable[[HandedIn], None]
Knows = Callable[[str], bool]

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The listener cannot start. The text names the cure."""


class Listener:
    """``start()`` returns once the port is open, ``stop()`` once it is closed.

    ``accept`` runs in a thread and may block; when it raises, the sender is told to try again
    (451). ``knows`` says whether an address is one of ours; others are refused (550). With
    ``port`` 0 the system chooses one, which is then ``listener.port``.
    """

    def __init__(
        self,
        host: str,
        port: int,
        accept: Accept,
        knows: Knows,
        protocol: Literal["smtp", "lmtp"] = "smtp",
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.host, self.port = host, port
        self._protocol = LMTP if protocol == "lmtp" else SMTP
        self._max_bytes = max_bytes
        self._handler = _Handler(accept, knows, one_answer_each=protocol == "lmtp")

    def start(self) -> None:
        """Raises CannotListen when the port is taken or not allowed."""
        listening = self._bind()
        self.port = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="mail-listener", daemon=True
        )
        self._thread.start()
        opening = self._loop.create_server(self._connection, sock=listening)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(timeout=10)

    def stop(self) -> None:
        """Closes the port and every connection; a mail that was not acknowledged comes again."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family, backlog=BACKLOG)
        except OSError as problem:
            raise CannotListen(_cure(problem, f"{self.host}:{self.port}")) from problem

    def _connection(self) -> SMTP:
        return self._protocol(
            self._handler,
            data_size_limit=self._max_bytes,
            enable_SMTPUTF8=True,
            decode_data=False,
            ident="Helpdesk",
            timeout=IDLE_SECONDS,
            loop=self._loop,
        )

    async def _close(self) -> None:
        self._server.close()
        conversations = asyncio.all_tasks() - {asyncio.current_task()}
        for conversation in conversations:
            conversation.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*conversations, return_exceptions=True)


def _cure(problem: OSError, where: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"{where} is taken by another program. Stop it, or choose another port for the "
            "built-in mail server."
        )
    if problem.errno == errno.EACCES:
        return f"{where} is not allowed: ports below 1024 need root. Choose a higher one."
    return f"{where} cannot be listened on: {problem.strerror or problem}."


class _Handler:
    """aiosmtpd calls these by name."""

    def __init__(self, accept: Accept, knows: Knows, one_answer_each: bool) -> None:
        self._accept = accept
        self._knows = knows
        self._one_answer_each = one_answer_each

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await asyncio.to_thread(self._knows, address)
        except Exception:
            log.exception("cannot look up the recipient of a mail")
            return "451 4.3.0 Cannot look up this address now, try again"
        if not known:
            return "550 5.1.1 There is no such inbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._stored(_handed_in(session, envelope))
        if not self._one_answer_each:
            return answer
        return "\r\n".join([answer] * len(envelope.rcpt_tos))  # RFC 2033, 4.2

    async def _stored(self, mail: HandedIn) -> str:
        try:
            await asyncio.to_thread(self._accept, mail)
        except Exception:
            log.exception("a mail that came by SMTP could not be stored")
            return "451 4.3.0 The mail could not be stored, try again"
        return "250 2.0.0 Stored"


def _handed_in(session: Session, envelope: Envelope) -> HandedIn:
    raw = envelope.content or b""
    assert isinstance(raw, bytes)  # decode_data is off
    return HandedIn(
        raw,
        _text(envelope.mail_from or "").strip("<>"),  # aiosmtpd leaves the null sender as "<>"
        tuple(envelope.rcpt_tos),
        str(session.peer[0]) if session.peer else "",
        _UNPRINTABLE.sub("", session.host_name or "")[:255],
    )


def _text(heard: str) -> str:
    """Without what no database takes: bytes that are no UTF-8, and NUL."""
    return heard.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
