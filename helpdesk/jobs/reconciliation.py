"""Making the comparisons that admins ask for."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import Any

import structlog

from helpdesk.actions import reconciliations
from helpdesk.actions.inboxes import active_inboxes
from helpdesk.desk import Desk
from helpdesk.jobs.reconcile import differences, has_mailbox

log = structlog.get_logger(__name__)


def reconcile_due(desk: Desk) -> threading.Thread | None:
    """Begin one that is due, in a thread of its own: a large mailbox takes minutes."""
    number = reconciliations.claim(desk)
    if number is None:
        return None
    thread = threading.Thread(
        target=reconcile, args=(desk, number), name=f"reconciliation-{number}", daemon=True
    )
    thread.start()
    return thread


def reconcile(desk: Desk, number: int) -> None:
    """Make a comparison that was claimed, and write down what it found, or why it broke."""
    try:
        _reconcile(desk, number)
    except Exception as error:
        log.exception("reconciliation.failed")
        reconciliations.end(desk, number, problem=f"{type(error).__name__}: {str(error)[:200]}")


def _reconcile(desk: Desk, number: int) -> None:
    with desk.read() as session:
        inboxes = active_inboxes(session, "email")
    compared = [inbox.address for inbox in inboxes if has_mailbox(desk, inbox)]
    kept: list[dict[str, Any]] = []
    found = 0
    for difference in differences(desk):
        found += 1
        if len(kept) < reconciliations.MOST:
            kept.append(asdict(difference))
    reconciliations.end(desk, number, compared=compared, differences=kept, found=found)
