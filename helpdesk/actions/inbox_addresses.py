"""Our own addresses, looked up once a transaction."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.database import WriteSession
from helpdesk.models import Inbox


def inbox_addresses(session: WriteSession, channel: str) -> frozenset[str]:
    """The normalized addresses of every inbox of ``channel``."""
    known: dict[str, frozenset[str]] = session.info.setdefault("inbox_addresses", {})
    if channel not in known:
        known[channel] = frozenset(
            session.scalars(select(Inbox.address).where(Inbox.channel == channel))
        )
    return known[channel]
