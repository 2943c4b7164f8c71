"""Keeping what a program was answered under its Idempotency-Key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from helpdesk.desk import Desk
from helpdesk.models import IdempotentReply, now

KEPT = timedelta(hours=24)
UNDER_WAY = timedelta(minutes=2)  # after that its worker is gone, and the request may run again


@dataclass(frozen=True, slots=True)
class Kept:
    """``status`` is 0 while the first request is under way."""

    fingerprint: str
    status: int
    body: str
    location: str


def take(desk: Desk, token_id: int, key: str, fingerprint: str) -> int | Kept:
    """The id under which this request may run, or what is known of the one before it."""
    try:
        with desk.write() as session:
            row = session.scalar(
                select(IdempotentReply)
                .where(IdempotentReply.token_id == token_id, IdempotentReply.key == key)
                .with_for_update()
            )
            if row is not None and not _is_over(row):
                return Kept(row.fingerprint, row.status, row.body, row.location)
            if row is None:
                row = IdempotentReply(token_id=token_id, key=key)
                session.add(row)
            row.fingerprint, row.status, row.created_at = fingerprint, 0, now()
            session.flush()
            return row.id
    except IntegrityError:  # two came at once
        return Kept(fingerprint, 0, "", "")


def _is_over(row: IdempotentReply) -> bool:
    return now() - row.created_at > (KEPT if row.status else UNDER_WAY)


def keep(desk: Desk, reply_id: int, status: int, body: str, location: str) -> None:
    with desk.write() as session:
        row = session.get(IdempotentReply, reply_id)
        if row is not None:
            row.status, row.body, row.location = status, body, location


def forget(desk: Desk, reply_id: int) -> None:
    """It came to nothing: the same request may be tried again."""
    with desk.write() as session:
        session.execute(delete(IdempotentReply).where(IdempotentReply.id == reply_id))


def forget_old(desk: Desk) -> None:
    """Let go of answers older than a day."""
    with desk.write() as session:
        session.execute(delete(IdempotentReply).where(IdempotentReply.created_at < now() - KEPT))
