"""Which tickets the reports count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from helpdesk.models import Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Status

IN_EARNEST = Ticket.status != Status.SPAM.value
"""Whoever wrote what lies in the spam folder asked for no service, and got none."""


def reported(actor: Actor) -> ColumnElement[bool]:
    """Those that ``actor`` may see, without the spam folder."""
    return and_(visible_to(actor), IN_EARNEST)
