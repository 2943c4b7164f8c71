"""Looking into an envelope: who reads the raw bytes of a customer's mail is written down."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import undefer

from helpdesk.actions import audit
from helpdesk.actions.intake import raw_of
from helpdesk.desk import Desk
from helpdesk.models import Envelope
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role

MOST = 1024 * 1024  # bytes of one envelope that are shown


@dataclass(frozen=True, slots=True)
class Raw:
    """What was received, as text; what is no UTF-8 stands as U+FFFD. ``is_cut``: there is more."""

    text: str
    size: int
    is_cut: bool


def look_into(desk: Desk, actor: Actor, envelope_id: int) -> Raw:
    """The raw text of an envelope, for admins. Raises ``NotFound``, also once it is erased."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        envelope = (
            session.get(Envelope, envelope_id, options=[undefer(Envelope.raw)])
            if 0 < envelope_id < 2**31
            else None
        )
        if envelope is None or (envelope.raw is None and not envelope.raw_file):
            raise NotFound("There is no envelope %(envelope)s.", envelope=envelope_id)
        audit.record(session, actor, "envelope.read", envelope=envelope_id)
    try:
        raw = raw_of(desk, envelope)
    except FileNotFoundError:
        raise NotFound(
            "The file of envelope %(envelope)s is missing on the disk.", envelope=envelope_id
        ) from None
    return Raw(raw[:MOST].decode("utf-8", "replace"), len(raw), len(raw) > MOST)
