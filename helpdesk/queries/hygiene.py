"""What the page of unwanted mail shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Attachment, SenderRule
from helpdesk.rules import sender_list
from helpdesk.rules.actor import Actor, Role

MOST = 1_000  # lines shown


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the lists."""

    id: int
    pattern: str
    verdict: str
    note: str
    created_by: str
    created_at: datetime


def lines(session: Session, actor: Actor, *, all_of_them: bool = False) -> list[Line]:
    """The allow and deny lists, by name: what a page shows, or all of them.

    Raises ``NotAllowed``.
    """
    actor.must_be(Role.ADMIN)
    rows = session.execute(
        select(
            SenderRule.id,
            SenderRule.pattern,
            SenderRule.verdict,
            SenderRule.note,
            SenderRule.created_by,
            SenderRule.created_at,
        )
        .order_by(SenderRule.verdict, SenderRule.pattern)
        .limit(None if all_of_them else MOST)
    )
    return [Line(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists say of an address. ``is_own``: the line names the address, not a domain."""

    verdict: str
    pattern: str
    is_own: bool


def listed(session: Session, actor: Actor, addresses: Collection[str]) -> dict[str, Listed]:
    """Those of the addresses that the lists name. Raises ``NotAllowed``."""
    actor.must_be(Role.ADMIN)
    asked = {pattern for address in addresses for pattern in sender_list.patterns_of(address)}
    question = select(SenderRule.pattern, SenderRule.verdict).where(SenderRule.pattern.in_(asked))
    known = {row.pattern: row.verdict for row in session.execute(question)} if asked else {}
    found = {address: sender_list.verdict(address, known) for address in addresses}
    return {
        address: Listed(said[0].value, said[1], not said[1].startswith("@"))
        for address, said in found.items() if said is not None
    }  # fmt: skip


def files_held(session: Session, actor: Actor) -> int:
    """How many files wait for the virus check. Raises ``NotAllowed``."""
    actor.must_be(Role.ADMIN)
    waiting = select(func.count()).where(Attachment.due_at.is_not(None), Attachment.state == "held")
    return session.scalar(waiting) or 0
