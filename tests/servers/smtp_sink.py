"""A mail server that collects what it is sent, and misbehaves when told to."""

import asyncio
import threading
import time
from base64 import b64decode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.servers.ports import HOST, free_port

PHASES = ("MAIL", "RCPT", "DATA")


@dataclass(frozen=True)
class Received:
    """One accepted mail: `sender` and `recipients` of the envelope, `raw` as it came."""

    sender: str
    recipients: list[str]
    raw: bytes
    login: str | None = None

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]


@dataclass
class SmtpSink:
    """`messages` holds what was accepted.

    `answer("451 4.3.0 Try later", at="DATA", times=2)` refuses; `hang()` stops answering DATA until
    `go_on()`; `lose_answer()` accepts a mail and drops the line before saying so; `kill()` drops
    every connection and closes the port until `start()`.
    """

    host: str = HOST
    port: int = field(default_factory=free_port)
    messages: list[Received] = field(default_factory=list)
    user_of: Callable[[str], str | None] = lambda _token: None  # whose access token it is
    attempts: int = 0  # how often a mail's text was offered, refused ones included

    def __post_init__(self) -> None:
        self._answers: dict[str, deque[str]] = {phase: deque() for phase in PHASES}
        self._answers_to_lose = 0
        self._lines: set[asyncio.Transport] = set()
        self._loop = asyncio.new_event_loop()
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    # what tests tell it

    def answer(self, reply: str, *, at: str = "DATA", times: int = 1) -> None:
        """The next `times` commands of that phase (MAIL, RCPT or DATA) get this reply."""
        self._answers[at].extend([reply] * times)

    def hang(self) -> None:
        self._loop.call_soon_threadsafe(self._may_go_on.clear)

    def go_on(self) -> None:
        self._loop.call_soon_threadsafe(self._may_go_on.set)

    def lose_answer(self, times: int = 1) -> None:
        self._answers_to_lose += times

    def reset(self) -> None:
        """As new: running, empty, well-behaved."""
        for answers in self._answers.values():
            answers.clear()
        self._answers_to_lose = self.attempts = 0
        self.user_of = lambda _token: None
        self.go_on()
        self.messages.clear()
        if self._server is None:
            self.start()

    def wait_for(self, count: int = 1, timeout: float = 10) -> list[Received]:
        """The messages, once there are so many; an AssertionError with what came otherwise."""
        deadline = time.monotonic() + timeout
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        subjects = [received.message["subject"] for received in self.messages]
        assert len(self.messages) >= count, f"{count} mails expected, these came: {subjects}"
        return list(self.messages)

    # its life

    def start(self) -> None:
        self._server = self._call(self._listen())

    def kill(self) -> None:
        if self._server is not None:
            self._call(self._drop_everything(self._server))
            self._server = None

    def close(self) -> None:
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: _Line(self), self.host, self.port, reuse_address=True
        )

    async def _drop_everything(self, server: asyncio.Server) -> None:
        server.close()
        for line in list(self._lines):
            line.abort()
        await asyncio.sleep(0)

    # aiosmtpd's handler

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:
        """Google's and Microsoft's way: a refusal is explained first, and answered by nothing."""
        said = b64decode(words[1]).decode().split("\x01")
        user, token = said[0].removeprefix("user="), said[1].removeprefix("auth=Bearer ")
        if self.user_of(token) == user:
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._refusal("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.attempts += 1
        await self._may_go_on.wait()
        if refusal := self._refusal("DATA"):
            return refusal
        self.messages.append(
            Received(
                envelope.mail_from or "",
                list(envelope.rcpt_tos),
                bytes(envelope.original_content or b""),
                session.auth_data if session.authenticated else None,
            )
        )
        if self._answers_to_lose:
            self._answers_to_lose -= 1
            server.transport.abort()
        return "250 OK"

    def _refusal(self, phase: str) -> str | None:
        answers = self._answers[phase]
        return answers.popleft() if answers else None


class _Line(SMTP):
    """One connection; the sink knows them all, to drop them when it is killed."""

    def __init__(self, sink: SmtpSink) -> None:
        super().__init__(
            sink,
            hostname="sink.example.test",
            enable_SMTPUTF8=True,
            data_size_limit=60_000_000,
            auth_require_tls=False,
            authenticator=_welcome_anyone,
            loop=sink._loop,
        )
        self._sink = sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sink._lines.add(transport)  # type: ignore[arg-type]
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink._lines.discard(self.transport)
        super().connection_lost(error)


def _welcome_anyone(server: SMTP, session: Session, *words: Any) -> AuthResult:
    _, _, login = words
    return AuthResult(success=True, auth_data=login.login.decode())
