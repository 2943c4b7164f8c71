"""Reading one IMAP folder (RFC 9051), message by message, without losing one.

A mail is known by (folder, UIDVALIDITY, UID). Whoever follows a mailbox remembers the last of these
that was stored; when UIDVALIDITY has changed, every UID is new and is handed over again: the intake
knows its mails by their keys.
"""

from __future__ import annotations

import selectors
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from channels.email.charsets import clean_line
from channels.email.parse import TRUNCATED_HEADER
from channels.email.settings import EmailSettings
from channels.message import PermanentFailure, TemporaryFailure

MAX_BYTES = 26 * 1024 * 1024  # of one mail; of a larger one only the beginning is fetched
BEGINNING = 256 * 1024
BATCH_BYTES = 8 * 1024 * 1024
BATCH_MAILS = 20
SIZES_AT_ONCE = 500
CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
LISTEN_SECONDS = 1.0  # how long IDLE is deaf to ``stop``


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a folder has been read. ``uid`` is the last one that was stored."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One mail as the server keeps it. ``problem`` says what is missing, or ""."""

    folder: str
    uidvalidity: int
    uid: int
    raw: bytes
    problem: str = ""

    @property
    def position(self) -> Position:
        return Position(self.uidvalidity, self.uid)


class Mailbox:
    """A connection to one folder: ``with Mailbox(settings) as mailbox``.

    Every method raises TemporaryFailure when the connection breaks, PermanentFailure when login or
    folder are refused. Reading changes no flags. ``max_bytes`` bounds one mail.
    """

    def __init__(self, settings: EmailSettings, max_bytes: int = MAX_BYTES) -> None:
        self._settings = settings
        self._max_bytes = max_bytes
        self.folder = settings.imap_folder
        self.uidvalidity = 0
        self.can_idle = False

    def __enter__(self) -> Mailbox:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connect, log in and select the folder, read-only."""
        with _failures(self._where):
            self._client = self._connect()
        try:
            with _failures(self._where):
                self._log_in()
                selected = self._client.select_folder(self.folder, readonly=True)
                self.uidvalidity = int(selected.get(b"UIDVALIDITY", 0))
                self.can_idle = bool(self._client.has_capability("IDLE"))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with suppress(Exception):
            self._client.logout()
        with suppress(Exception):
            self._client.shutdown()

    @property
    def _where(self) -> str:
        return f"{self._settings.imap_host}:{self._settings.imap_port}"

    def _connect(self) -> Any:
        secure = self._settings.imap_security
        context = ssl.create_default_context()
        client = IMAPClient(
            self._settings.imap_host,
            port=self._settings.imap_port,
            ssl=secure == "ssl",
            ssl_context=context if secure == "ssl" else None,
            timeout=SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )
        if secure == "starttls":
            client.starttls(ssl_context=context)
        return client

    def _log_in(self) -> None:
        if self._settings.login == "oauth2":
            self._log_in_by_token()
            return
        password = self._settings.imap_password.get_secret_value()
        try:
            self._client.login(self._settings.imap_user, password)
        except LoginError as problem:
            raise PermanentFailure(
                f"{self._where} refused the IMAP user name or password: {_said(problem)}"
            ) from problem

    def _log_in_by_token(self) -> None:
        """By XOAUTH2; a token that is refused is renewed once."""
        user, token = self._settings.imap_user, self._settings.access_token()
        try:
            self._client.oauth2_login(user, token)
        except LoginError:
            try:
                self._client.oauth2_login(user, self._settings.access_token(refused=token))
            except LoginError as problem:
                raise TemporaryFailure(
                    f"{self._where} refused our access token for {user}: {_said(problem)} "
                    "Check the user name and the scopes, or connect the account again."
                ) from problem

    def list_uids(self) -> list[int]:
        """Every UID in the folder, ascending; they belong to ``self.uidvalidity``."""
        return self._uids_from(1)

    def _uids_from(self, first: int) -> list[int]:
        """``n:*`` always names the last mail, even when its UID is below n (RFC 9051, 9)."""
        with _failures(self._where):
            self._client.noop()  # until then a server may search what it knew before
            found = self._client.search(["UID", f"{first}:*"])
        return sorted(uid for uid in found if uid >= first)

    def fetch_above(self, position: Position | None) -> Iterator[FetchedMail]:
        """What is new since that position, oldest first; all when there is none or it is void."""
        is_valid = position is not None and position.uidvalidity == self.uidvalidity
        first = position.uid + 1 if is_valid and position else 1
        return self.fetch(self._uids_from(first))

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Those mails, in that order, in small batches. Mails gone meanwhile are left out."""
        for start in range(0, len(uids), SIZES_AT_ONCE):
            some = uids[start : start + SIZES_AT_ONCE]
            for batch in _batches(some, self._sizes(some), self._max_bytes):
                yield from self._fetch_batch(batch)

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        with _failures(self._where):
            found = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(found[uid].get(b"RFC822.SIZE", 0)) for uid in uids if uid in found}

    def _fetch_batch(self, batch: dict[int, int]) -> Iterator[FetchedMail]:
        first, size = next(iter(batch.items()))
        if size > self._max_bytes:
            yield self._fetch_beginning(first, size)
            return
        try:
            with _failures(self._where):
                found = self._client.fetch(list(batch), ["BODY.PEEK[]"])
        except PermanentFailure:  # the server cannot read one of them; which one?
            yield from self._fetch_one_by_one(batch)
            return
        for uid in batch:
            if uid in found:
                yield self._mail(uid, found[uid].get(b"BODY[]") or b"")

    def _fetch_one_by_one(self, batch: dict[int, int]) -> Iterator[FetchedMail]:
        """One mail that the server cannot give must not hold up those behind it."""
        for uid in batch:
            try:
                with _failures(self._where):
                    found = self._client.fetch([uid], ["BODY.PEEK[]"])
            except PermanentFailure as problem:
                yield self._mail(uid, b"", f"The mail server cannot read this mail: {problem}")
            else:
                if uid in found:
                    yield self._mail(uid, found[uid].get(b"BODY[]") or b"")

    def _fetch_beginning(self, uid: int, size: int) -> FetchedMail:
        mark = f"{TRUNCATED_HEADER}: {size} bytes\r\n".encode()
        length = min(BEGINNING, self._max_bytes - len(mark))  # the whole is within the limit, too
        with _failures(self._where):
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{length}>"])
        raw = next((v for k, v in found.get(uid, {}).items() if k.startswith(b"BODY[]")), b"")
        return self._mail(uid, mark + raw, f"The mail has {size:,} bytes: only its beginning.")

    def _mail(self, uid: int, raw: bytes, problem: str = "") -> FetchedMail:
        return FetchedMail(self.folder, self.uidvalidity, uid, raw, problem)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Until something may be new, or for so many seconds, or until ``stop`` is set.

        By IDLE (RFC 2177) where the server offers it, else by plain waiting.
        """
        if not self.can_idle:
            stop.wait(seconds)
            self._noop()
            return
        with _failures(self._where):
            self._client.idle()
            try:
                self._wait_for_line(time.monotonic() + seconds, stop)
            finally:
                # Always both: on a dead link idle_check comes back empty at once, for ever.
                self._client.idle_done()
                self._client.noop()

    def _noop(self) -> None:
        with _failures(self._where):
            self._client.noop()

    def _wait_for_line(self, deadline: float, stop: threading.Event) -> None:
        """In slices: a thread in poll() would not hear ``stop``."""
        sock = self._client.socket()
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            while not stop.is_set() and time.monotonic() < deadline:
                pending = getattr(sock, "pending", None)  # TLS may hold what was read already
                if (pending and pending()) or selector.select(timeout=LISTEN_SECONDS):
                    self._client.idle_check(timeout=0)
                    return


def _batches(
    uids: Sequence[int], sizes: dict[int, int], max_bytes: int
) -> Iterator[dict[int, int]]:
    """Small groups of UID -> size, in order; a mail that is too large makes one by itself."""
    batch: dict[int, int] = {}
    for uid in uids:
        size = sizes.get(uid)
        if size is None:
            continue
        is_full = len(batch) >= BATCH_MAILS or sum(batch.values()) + size > BATCH_BYTES
        if batch and (is_full or size > max_bytes):
            yield batch
            batch = {}
        batch[uid] = size
        if size > max_bytes:
            yield batch
            batch = {}
    if batch:
        yield batch


class _failures:  # noqa: N801 - reads as a statement
    """What imapclient, imaplib and the socket raise, as our two failures."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, ssl.SSLCertVerificationError):
            raise TemporaryFailure(
                f"{self._where} has no valid certificate: {error.verify_message}."
            ) from error
        if isinstance(error, IMAPClientAbortError | OSError | EOFError):
            raise TemporaryFailure(f"{self._where} cannot be reached: {_said(error)}") from error
        if isinstance(error, IMAPClientError):
            raise PermanentFailure(f"{self._where} said: {_said(error)}") from error


def _said(problem: BaseException) -> str:
    return clean_line(str(problem) or type(problem).__name__, 200)
