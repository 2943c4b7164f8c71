"""Where an agent is signed in, for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.sessions import LASTS
from helpdesk.models import AgentSession, RecoveryCode, now
from helpdesk.rules.actor import Actor

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    id: int
    browser: str  # "Firefox, Linux"; "" when it did not say
    address: str
    began_at: datetime
    seen_at: datetime


def my_sessions(session: Session, actor: Actor) -> list[SignedInBrowser]:
    """The agent's own browsers, the last used first."""
    rows = session.scalars(
        select(AgentSession)
        .where(AgentSession.agent_id == actor.id, AgentSession.created_at > now() - LASTS)
        .order_by(AgentSession.seen_at.desc(), AgentSession.id.desc())
        .limit(100)
    )
    return [
        SignedInBrowser(row.id, told(row.browser), row.address, row.created_at, row.seen_at)
        for row in rows
    ]


def told(browser: str) -> str:
    """A User-Agent in two words."""
    found = [
        next((name for sign, name in signs if re.search(re.escape(sign), browser)), "")
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name)


def recovery_codes_left(session: Session, actor: Actor) -> int:
    question = select(func.count()).where(
        RecoveryCode.agent_id == actor.id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(question) or 0
