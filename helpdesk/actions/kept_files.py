"""The files of a contact on their way into the record: stored by hash, under the desk's policy.

Stored outside the transaction that receives the message; a file that is refused is shown with the
reason, and its bytes stay in the envelope whatever the policy does with the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.message import InboundFile
from helpdesk.actions import file_policies
from helpdesk.actions.scanning import HELD
from helpdesk.desk import Desk
from helpdesk.models import Attachment, now
from helpdesk.rules import file_policy
from helpdesk.rules.file_policy import FilePolicy

REFUSED = "refused"
HEAD = 8  # bytes by which a file tells what it is


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file lies ("" while it is still to be fetched, or was refused), and how it stands."""

    digest: str = ""
    size: int = 0
    state: str = "stored"
    reason: str = ""


def keep(desk: Desk, files: Sequence[InboundFile]) -> tuple[Kept, ...]:
    """Store the bytes of these files durably, each as the policy has it."""
    if not files:
        return ()
    with desk.read() as session:
        policy = file_policies.current(session)
    return tuple(_keep(desk, policy, file) for file in files)


def _keep(desk: Desk, policy: FilePolicy, file: InboundFile) -> Kept:
    if file.data is None:
        return Kept(state="pending" if file.url else "stored")
    size = len(file.data)
    refusal = file_policy.refusal(policy, file.name, file.content_type, file.data[:HEAD], size)
    if refusal and policy.strips:
        return Kept("", size, REFUSED, refusal)
    digest = desk.files.put(file.data)
    if refusal:
        return Kept(digest, size, REFUSED, refusal)
    return Kept(digest, size, state_of_new(desk))


def state_of_new(desk: Desk) -> str:
    """How a file of a stranger stands until somebody has looked into it."""
    return HELD if desk.settings.clamd else "stored"


def attachment(file: InboundFile, kept: Kept, *, is_ours: bool = False) -> Attachment:
    """The row of one file; what an agent sent in their own mail is not held."""
    state = "stored" if is_ours and kept.state == HELD else kept.state
    return Attachment(
        name=file.name,
        content_type=file.content_type,
        size=kept.size,
        sha256=kept.digest,
        content_id=file.content_id,
        inline=file.inline,
        url=file.url,
        state=state,
        reason=kept.reason,
        due_at=now() if state in ("pending", HELD) else None,
    )
