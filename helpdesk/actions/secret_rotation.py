"""Sealing every stored secret anew with the newest key; it may be stopped and started again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import select, update

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import Inbox, MailGrant, NotPossible, SecondFactor
from helpdesk.rules.actor import Actor, Role

SEALED: tuple[tuple[Any, Any], ...] = (
    (Inbox.id, Inbox.sealed),
    (SecondFactor.agent_id, SecondFactor.sealed),
    (MailGrant.id, MailGrant.sealed),
)
"""Every column that holds what the vault sealed, with its row's key."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How many stored secrets there are, how many are under an older key, which open with none."""

    total: int
    older: int
    lost: tuple[str, ...]  # "inboxes 3"


def stand(desk: Desk) -> Stand:
    total, older, lost = 0, 0, []
    for _key, column, number, sealed in _stored(desk):
        total += 1
        if desk.vault.is_current(sealed):
            continue
        older += 1
        try:
            desk.vault.open(sealed)
        except InvalidToken:
            lost.append(f"{column.table.name} {number}")
    return Stand(total, older, tuple(lost))


def reseal(desk: Desk, actor: Actor) -> int:
    """Seal everything under the newest key; how many it was. Raises ``NotPossible`` before any
    row is touched when one opens with no key of the ring."""
    actor.must_be(Role.ADMIN)
    if lost := stand(desk).lost:
        raise NotPossible(
            "These secrets open with no key: %(lost)s. Put the key that sealed them into "
            "HELPDESK_SECRET_KEY_OLD, or enter them anew in the settings.",
            lost=", ".join(lost),
        )
    done = sum(_reseal(desk, *row) for row in _stored(desk))
    if done:
        with desk.write() as session:
            audit.record(session, actor, "secrets.rotated", count=done)
    return done


def _stored(desk: Desk) -> Iterator[tuple[Any, Any, int, str]]:
    for key, column in SEALED:
        with desk.read() as session:
            rows = session.execute(select(key, column).where(column != "").order_by(key)).all()
        for number, sealed in rows:
            yield key, column, number, sealed


def _reseal(desk: Desk, key: Any, column: Any, number: int, sealed: str) -> bool:
    """One row in a transaction of its own; what somebody changed meanwhile is left alone, for it
    is sealed anew already."""
    if desk.vault.is_current(sealed):
        return False
    anew = desk.vault.seal(desk.vault.open(sealed))
    with desk.write() as session:
        changed = session.execute(
            update(column.class_).where(key == number, column == sealed).values({column.key: anew})
        )
        return bool(changed.rowcount)  # type: ignore[attr-defined]
