"""``helpdesk doctor``: each setting and each connection, and the cure for each fault."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select, text

from channels.message import PermanentFailure, TemporaryFailure
from helpdesk import schema
from helpdesk.actions import knowledge_index
from helpdesk.antivirus import Clamd, ScannerAway
from helpdesk.config import Settings, SettingsError, load_settings
from helpdesk.desk import Desk, opened
from helpdesk.models import Agent, Envelope, EnvelopeState, Inbox

LEAST_FREE = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; a fault's sentence says what to do."""

    subject: str
    well: bool
    sentence: str


def checkup() -> Iterator[Finding]:
    """Every check, in an order in which each fault is named where it begins."""
    try:
        settings = load_settings()
    except SettingsError as fault:
        yield Finding("settings", False, str(fault))
        return
    yield Finding("settings", True, f"read; the desk is {settings.url}")
    folder = list(_folder(settings))
    yield from folder
    if not settings.data_dir.is_dir():
        return
    with opened(settings) as desk:
        database = _database(desk)
        yield database
        yield from _redis(settings)
        yield from _scanner(settings)
        yield from _front_end()
        if database.well:
            yield from _record(desk)
            yield _index(desk)
            yield from _inboxes(desk)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        yield Finding(
            "data folder",
            False,
            f"{folder} cannot be written. Give this user the right, or set HELPDESK_DATA_DIR.",
        )
        return
    free = shutil.disk_usage(folder).free
    yield Finding(
        "data folder",
        free > LEAST_FREE,
        f"{folder}, {free / 1e9:.1f} GB free"
        + ("" if free > LEAST_FREE else ". Make room: mail cannot be kept on a full disk."),
    )


def _database(desk: Desk) -> Finding:
    kind = "SQLite" if desk.database.is_sqlite else "PostgreSQL"
    try:
        with desk.read() as session:
            session.execute(text("SELECT 1"))
        if not schema.is_current(desk.database):
            return Finding(
                "database",
                False,
                f"{kind} answers, but its schema is old or missing. Run: helpdesk db upgrade",
            )
    except Exception as fault:
        said = str(getattr(fault, "orig", fault)).strip().splitlines()[0]
        return Finding(
            "database", False, f"{kind} does not answer: {said}. Check HELPDESK_DATABASE_URL."
        )
    return Finding("database", True, f"{kind}, schema {schema.newest()}")


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield Finding("redis", True, "not used: one process holds web and jobs")
        return
    import redis

    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=3).ping()
    except (redis.RedisError, ValueError, OSError) as fault:
        yield Finding(
            "redis", False, f"does not answer: {fault}. Start it, or check HELPDESK_REDIS_URL."
        )
    else:
        yield Finding("redis", True, "answers")


def _scanner(settings: Settings) -> Iterator[Finding]:
    if not settings.clamd:
        return
    try:
        Clamd(settings.clamd, seconds=5).virus_in(b"")
    except ScannerAway as fault:
        cure = "Files are held until it answers. Start it, or check HELPDESK_CLAMD."
        yield Finding("clamd", False, f"{fault} {cure}")
    else:
        yield Finding("clamd", True, "answers")


def _front_end() -> Iterator[Finding]:
    from pathlib import Path

    manifest = Path(__file__).parent.parent / "static" / "dist" / "manifest.json"
    yield Finding(
        "front end",
        manifest.exists(),
        "built" if manifest.exists() else "is not built. Run: make setup",
    )


def _record(desk: Desk) -> Iterator[Finding]:
    with desk.read() as session:
        agents = session.scalar(select(func.count()).select_from(Agent).where(Agent.active)) or 0
        quarantined = (
            session.scalar(
                select(func.count())
                .select_from(Envelope)
                .where(Envelope.state == EnvelopeState.QUARANTINED.value)
            )
            or 0
        )
    yield Finding(
        "agents",
        agents > 0,
        f"{agents} can log in"
        if agents
        else "there is none. Run: helpdesk agent add EMAIL --name NAME --role admin",
    )
    yield Finding(
        "quarantine",
        quarantined == 0,
        "empty"
        if not quarantined
        else f"holds {quarantined} envelopes. See the reasons, then: helpdesk replay ENVELOPE",
    )


def _index(desk: Desk) -> Finding:
    try:
        due, state = knowledge_index.due(desk), desk.library.state()
    except SettingsError as fault:
        return Finding("articles", False, str(fault))
    if due == "rebuild":
        said = "the index is not there. The indexer makes it anew, or run: helpdesk kb reindex"
        return Finding("articles", False, said)
    how = "by words alone" if state.encoder_name == "none" else f"encoder {state.encoder_name}"
    return Finding("articles", True, f"{state.documents} in the index, {how}")


def _inboxes(desk: Desk) -> Iterator[Finding]:
    with desk.read() as session:
        inboxes = session.scalars(select(Inbox).where(Inbox.active).order_by(Inbox.id)).all()
    for inbox in inboxes:
        yield _try(f"inbox {inbox.channel} {inbox.address}", partial(_check, desk, inbox))


def _check(desk: Desk, inbox: Inbox) -> None:
    desk.channels[inbox.channel].check(desk.settings_of(inbox))


def _try(subject: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except (TemporaryFailure, PermanentFailure, SettingsError) as fault:
        return Finding(subject, False, str(fault))
    except Exception as fault:
        return Finding(subject, False, f"{type(fault).__name__}: {fault}")
    return Finding(subject, True, "answers")
