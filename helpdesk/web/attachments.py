"""The files of messages, for those who may see the message."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_file

from helpdesk.models.visibility import NotFound
from helpdesk.queries.attachments import attachment
from helpdesk.web import words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _

SHOWN = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
)

blueprint = Blueprint("attachments", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/attachments/<int:attachment_id>/<path:name>")
def file(attachment_id: int, name: str) -> Response | tuple[str, int]:
    """One file. What a browser can show safely is shown, all else is saved; nothing runs."""
    with desk().read() as session:
        found = attachment(session, actor(), attachment_id)
    if found.state != "stored":
        return render_template("refusal.html", said=_not_here(found.state, found.reason)), 404
    try:
        path = desk().files.path(found.sha256)
        response = send_file(
            path,
            mimetype=_type(found.content_type),
            download_name=found.name,
            as_attachment=not is_shown(found.content_type),
            conditional=True,
            etag=found.sha256,
        )
    except FileNotFoundError:
        raise NotFound(_("This file is missing on the disk. Ask an admin to restore it.")) from None
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'"
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def is_shown(content_type: str) -> bool:
    return content_type in SHOWN or content_type.startswith(("audio/", "video/"))


def _type(content_type: str) -> str:
    """Text is shown as text, whatever the sender calls it."""
    return content_type if is_shown(content_type) else "application/octet-stream"


def _not_here(state: str, reason: str) -> str:
    if state == "pending":
        return _("This file is still being fetched from the provider. Try again in a moment.")
    if state in ("held", "infected", "refused"):
        return words.file_state(state, reason)
    return reason or _("This file could not be fetched from the provider.")
