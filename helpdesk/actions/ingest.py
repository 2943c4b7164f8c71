"""Mail that arrives as bytes, whoever brings it: the listener or the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from helpdesk.actions import intake
from helpdesk.actions.intake import Accepted, Outcome
from helpdesk.desk import Desk


def accept_mail(
    desk: Desk,
    inbox_id: int,
    raw: bytes,
    *,
    source: str,
    mail_from: str | None = None,
    rcpt_to: Sequence[str] = (),
    peer: str = "",
    helo: str = "",
) -> Accepted:
    """Keep a mail that has no UID of a mailbox: its bytes are its key.

    ``mail_from`` is "" for the null sender of automatic mail, None where it was not heard;
    ``peer`` and ``helo``: the address of who handed it to the listener, and what they called
    themselves; kept, so that its sender is judged alike whenever it is attached.
    """
    meta = {"source": source, "rcpt_to": ",".join(rcpt_to)}
    if mail_from is not None:
        meta["mail_from"] = mail_from
    if peer:
        meta |= {"peer": peer, "helo": helo}
    return intake.accept(
        desk, inbox_id, raw, key="sha256:" + hashlib.sha256(raw).hexdigest(), meta=meta
    )


def ingest_mail(desk: Desk, inbox_id: int, raw: bytes) -> Outcome:
    """Accept and attach one mail, to an end state. The same bytes again are a duplicate."""
    kept = accept_mail(desk, inbox_id, raw, source="cli")
    if not kept.fresh:
        return intake.repeat_of(desk, kept.envelope_id)
    outcome = intake.attach(desk, kept.envelope_id)
    while outcome.outcome == "quarantined" and not intake.is_settled(desk, kept.envelope_id):
        outcome = intake.attach(desk, kept.envelope_id)  # it stumbled; it ends after three tries
    return outcome
