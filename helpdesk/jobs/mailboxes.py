"""Following the IMAP mailboxes of the email inboxes, one thread each."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import structlog

from channels.email import EmailSettings
from channels.email.follow import follow
from channels.email.mailbox import FetchedMail, Position
from helpdesk.actions import intake
from helpdesk.actions.inboxes import active_inboxes, keep_position, position_of, say_problem
from helpdesk.config import SettingsError
from helpdesk.desk import Desk

log = structlog.get_logger(__name__)

LOOK_EVERY = 20.0  # seconds between two looks for new or changed inboxes


@dataclass(slots=True)
class _Follower:
    settings: EmailSettings
    stop: threading.Event
    thread: threading.Thread


class Mailboxes:
    """Starts a follower for each inbox with an IMAP server, and again when that changes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._followers: dict[int, _Follower] = {}
        self._thread = threading.Thread(target=self._run, name="mailboxes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        for follower in self._followers.values():
            follower.stop.set()
        for follower in self._followers.values():
            follower.thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except Exception:
                log.exception("mailboxes.look_failed")
            self._stop.wait(LOOK_EVERY)

    def _look(self) -> None:
        wanted = self._wanted()
        for inbox_id, follower in list(self._followers.items()):
            if wanted.get(inbox_id) != follower.settings:
                follower.stop.set()
                del self._followers[inbox_id]
        for inbox_id, settings in wanted.items():
            if inbox_id not in self._followers:
                self._followers[inbox_id] = self._follow(inbox_id, settings)

    def _wanted(self) -> dict[int, EmailSettings]:
        with self._desk.read() as session:
            inboxes = active_inboxes(session, "email")
        wanted = {}
        for inbox in inboxes:
            try:
                settings = self._desk.settings_of(inbox)
            except SettingsError as fault:
                log.error("mailbox.misconfigured", inbox=inbox.id, reason=str(fault))
                say_problem(self._desk, inbox.id, str(fault))
                continue
            if isinstance(settings, EmailSettings) and settings.imap_host:
                wanted[inbox.id] = settings
        return wanted

    def _follow(self, inbox_id: int, settings: EmailSettings) -> _Follower:
        stop = threading.Event()
        known = position_of(self._desk, inbox_id, settings.imap_folder)
        thread = threading.Thread(
            target=follow,
            name=f"mailbox-{inbox_id}",
            daemon=True,
            args=(
                settings,
                Position(*known) if known else None,
                lambda mail: take(self._desk, inbox_id, mail),
                stop,
                lambda sentence: _say(self._desk, inbox_id, sentence),
                self._desk.settings.max_mail_bytes,
            ),
        )
        thread.start()
        return _Follower(settings, stop, thread)


def take(desk: Desk, inbox_id: int, mail: FetchedMail) -> None:
    """Keep one mail, then remember how far the folder was read, then attach it."""
    meta = {
        "source": "imap",
        "folder": mail.folder,
        "uid": str(mail.uid),
        "uidvalidity": str(mail.uidvalidity),
        "problem": mail.problem,
    }
    kept = intake.accept(
        desk,
        inbox_id,
        mail.raw,
        key=envelope_key(mail.folder, mail.uidvalidity, mail.uid),
        meta=meta,
    )
    keep_position(desk, inbox_id, mail.folder, mail.uidvalidity, mail.uid)
    intake.attach(desk, kept.envelope_id)


def envelope_key(folder: str, uidvalidity: int, uid: int) -> str:
    """What makes a mail of a mailbox unique (RFC 9051, section 2.3.1.1)."""
    return f"imap:{folder}:{uidvalidity}:{uid}"


def _say(desk: Desk, inbox_id: int, sentence: str) -> None:
    say_problem(desk, inbox_id, sentence)
    if sentence:
        log.warning("mailbox.unreachable", inbox=inbox_id, reason=sentence)
    else:
        log.info("mailbox.followed", inbox=inbox_id)
