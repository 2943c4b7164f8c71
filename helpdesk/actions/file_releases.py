"""Letting a file through that is kept from people: by those whom the file policy names.

What the policy refused is still checked for viruses where that is done, and an infected file is
never let through. Who let it through stands in the ticket.
"""

from __future__ import annotations

from helpdesk import signals
from helpdesk.actions import audit, file_policies
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Message, NotPossible, Ticket, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules import file_release
from helpdesk.rules.actor import Actor, NotAllowed
from helpdesk.rules.file_policy import FilePolicy
from helpdesk.rules.file_release import Obstacle, Standing


def release(desk: Desk, actor: Actor, ticket_id: int, attachment_id: int) -> None:
    """Let people open the file. Raises ``NotAllowed``, ``NotFound``, ``NotPossible``."""
    has_scanner = bool(desk.settings.clamd)
    with changing(desk, actor, ticket_id) as (session, ticket):
        _must_be_releaser(file_policies.current(session), actor)
        file, message = _file(session, ticket, attachment_id)
        standing = standing_of(file.state, file.sha256, file.reason)
        if (obstacle := file_release.obstacle(standing, has_scanner=has_scanner)) is not None:
            raise _not_possible(obstacle, file.name)
        _write_down(session, actor, ticket, file)
        file.state = file_release.state_after(standing, has_scanner=has_scanner)
        file.reason, file.due_at = "", now() if file.state == "held" else None
        ticket.revise(message)
        if file.due_at:
            session.announce(signals.media_due)


def standing_of(state: str, sha256: str, reason: str) -> Standing:
    """How a file stands, by its row. A held one has a reason once clamd gave no answer."""
    return Standing(state, bool(sha256), went_unanswered=state == "held" and bool(reason))


def _must_be_releaser(policy: FilePolicy, actor: Actor) -> None:
    if not policy.releasers:
        raise NotAllowed("The file policy lets nobody let a file through.")
    actor.must_be(*policy.releasers)


def _file(session: WriteSession, ticket: Ticket, attachment_id: int) -> tuple[Attachment, Message]:
    file = session.get(
        Attachment, attachment_id if 0 < attachment_id < 2**31 else 0, with_for_update=True
    )
    message = session.get(Message, file.message_id) if file is not None else None
    if file is None or message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such file.")
    return file, message


def _not_possible(obstacle: Obstacle, name: str) -> NotPossible:
    if obstacle is Obstacle.INFECTED:
        return NotPossible("%(file)s is infected. Nobody lets it through.", file=name)
    if obstacle is Obstacle.LEFT_OUT:
        return NotPossible(
            "%(file)s was left out. An admin finds it in the raw mail, in the ledger.", file=name
        )
    if obstacle is Obstacle.BEING_CHECKED:
        return NotPossible("%(file)s is being checked for viruses. Wait for it.", file=name)
    return NotPossible("%(file)s can be opened already.", file=name)


def _write_down(session: WriteSession, actor: Actor, ticket: Ticket, file: Attachment) -> None:
    """With what kept it from people: a ``held`` one is let through without a virus check."""
    audit.record(
        session, actor, "file.released", ticket=ticket,
        file=file.name, attachment=file.id, sha256=file.sha256, state=file.state, was=file.reason,
    )  # fmt: skip
