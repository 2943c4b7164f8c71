"""What is decided about a mail where it is read: of its sender, and of a file kept from people."""

from __future__ import annotations

from flask import Blueprint, request

from helpdesk.actions import file_releases, senders_of_messages
from helpdesk.models import NotPossible
from helpdesk.rules.sender_list import Verdict
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint("mail_decisions", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

VERDICTS = {"deny": Verdict.DENY, "allow": Verdict.ALLOW, "none": None}


@blueprint.post("/messages/<int:message_id>/sender")
def sender(ticket_id: int, message_id: int) -> Answer:
    """``verdict``: deny, allow, or none of the two."""
    wanted = request.form.get("verdict", "")
    if wanted not in VERDICTS:
        raise NotPossible(_("Say what to do with this sender."))
    senders_of_messages.judge(desk(), actor(), ticket_id, message_id, VERDICTS[wanted])
    return changed_ticket(ticket_id)


@blueprint.post("/files/<int:attachment_id>/release")
def release(ticket_id: int, attachment_id: int) -> Answer:
    """Let people open a file that is held or was refused."""
    file_releases.release(desk(), actor(), ticket_id, attachment_id)
    return changed_ticket(ticket_id)
