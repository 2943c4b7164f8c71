"""The widgets of a desk: asked for at every turn of a chat, and hardly ever changed."""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, event, select
from sqlalchemy.orm import Session

from helpdesk.database import WriteSession
from helpdesk.models import Inbox, normalize

KEPT = 1.0  # seconds for which another process may go by what was

_WIDGET = select(Inbox).where(
    Inbox.channel == "chat", Inbox.address == bindparam("key"), Inbox.active
)
_kept: WeakKeyDictionary[Engine, dict[str, tuple[float, Inbox]]] = WeakKeyDictionary()


def widget(session: Session, key: str) -> Inbox | None:
    """The active widget with this public key, to be read only: others are given the same one."""
    key, kept = normalize(key), _kept.setdefault(session.get_bind().engine, {})
    read_at, inbox = kept.get(key, (0.0, None))
    if inbox is not None and time.monotonic() - read_at < KEPT:
        return inbox
    inbox = session.scalars(_WIDGET, {"key": key}).one_or_none()
    if inbox is None:
        kept.pop(key, None)
    else:
        session.expunge(inbox)
        kept[key] = time.monotonic(), inbox
    return inbox


@event.listens_for(WriteSession, "after_flush")
def forget(session: WriteSession, _context: object) -> None:
    """What this process changes in an inbox counts at once."""
    if any(isinstance(row, Inbox) for row in (*session.new, *session.dirty)):
        _kept.clear()
