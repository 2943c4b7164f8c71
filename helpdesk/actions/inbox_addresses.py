"""Our own addresses, looked up once a transaction."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from helpdesk.database import WriteSession
from helpdesk.models import Inbox


def inbox_addresses(session: WriteSession, channel: str) -> frozenset[str]:
    """The normalized addresses of every inbox of ``channel``."""
    known: dict[str, frozenset[str]] = session.info.setdefault("inbox_addresses", {})
    if channel not in known:
        known[channel] = frozenset(session.connection().scalars(_ADDRESSES, {"channel": channel}))
    return known[channel]


_ADDRESSES = select(Inbox.address).where(Inbox.channel == bindparam("channel"))
