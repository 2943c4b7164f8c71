"""The policy for files of strangers: kept by admins, asked when a contact's files are stored."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import StoredFilePolicy, now
from helpdesk.rules import file_policy
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.file_policy import USUAL, BadPolicy, FilePolicy, ReleasedBy


def set_file_policy(
    desk: Desk,
    actor: Actor,
    typed: str,
    *,
    strips: bool,
    max_bytes: int,
    released_by: ReleasedBy = ReleasedBy.ADMINS,
) -> None:
    """From now on these files are refused. Raises ``BadPolicy``."""
    actor.must_be(Role.ADMIN)
    refused = file_policy.entries(typed)
    if not 1024 <= max_bytes <= 2**30:
        raise BadPolicy("The largest file lies between 1 kB and 1 GB.")
    with desk.write() as session:
        row = session.scalar(select(StoredFilePolicy)) or StoredFilePolicy()
        row.refused, row.strips, row.max_bytes, row.changed_at = refused, strips, max_bytes, now()
        row.released_by = released_by.value
        session.add(row)
        audit.record(
            session, actor, "file_policy.changed", refused=refused, strips=strips,
            max_bytes=max_bytes, released_by=released_by.value,
        )  # fmt: skip


def current(session: Session) -> FilePolicy:
    """The policy that holds."""
    row = session.scalar(select(StoredFilePolicy))
    if row is None:
        return USUAL
    return FilePolicy(
        frozenset(row.refused), row.strips, row.max_bytes, ReleasedBy(row.released_by)
    )
