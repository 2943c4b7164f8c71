"""The ledger as a table: every envelope that its page would show, page after page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from helpdesk.queries.exports import ADMINS, AT_ONCE, Export, Rows
from helpdesk.queries.ledger import Filter, Row, envelopes
from helpdesk.rules.actor import Actor
from helpdesk.sheets.writing import Cell

COLUMNS = ("envelope", "state", "reason", "ticket", "sender", "subject", "channel", "inbox",
           "received_at", "bytes")  # fmt: skip


def inventory(wanted: Filter) -> Export:
    """The envelopes that the filter finds, the newest first; for admins."""
    asked = {"state": wanted.state, "inbox": str(wanted.inbox or ""), "q": wanted.q}
    return Export("ledger", lambda s, a: _rows(s, a, replace(wanted, before=0)), asked, ADMINS)


def _rows(session: Session, actor: Actor, wanted: Filter) -> Rows:
    yield COLUMNS
    goes_on = True
    while goes_on:
        page = envelopes(session, actor, wanted, AT_ONCE)
        yield from map(_cells, page.rows)
        wanted, goes_on = replace(wanted, before=page.before), page.before > 0


def _cells(row: Row) -> Sequence[Cell]:
    return (
        row.id, row.state, row.reason, row.ticket_id, row.sender, row.subject, row.channel,
        row.address, row.received_at, row.size,
    )  # fmt: skip
