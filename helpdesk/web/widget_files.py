"""Files of a chat, for its visitor: by a short-lived signed address, and checked again here."""

from __future__ import annotations

from flask import Response, request, send_file

from helpdesk.models.visibility import NotFound
from helpdesk.queries.attachments import StoredFile, attachment
from helpdesk.queries.visitor_transcript import point_of
from helpdesk.rules import visitor_token
from helpdesk.rules.visitor_token import BadToken
from helpdesk.web import widget_visitor as who
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.widget_blueprint import blueprint
from helpdesk.web.widget_refusals import Refused

SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")  # everything else is saved
LASTS = 600  # seconds that a browser may keep it


@blueprint.get("/widget/<key>/files/<int:attachment_id>")
def file(key: str, attachment_id: int) -> Response:
    """A file of the visitor's own chat. 403 without a valid ``?t=``, 404 when it is not theirs."""
    who.inbox_of(key)
    stored = _stored(attachment_id)
    is_shown = stored.content_type in SHOWN
    response = send_file(
        desk().files.path(stored.sha256), mimetype=stored.content_type,
        as_attachment=not is_shown, download_name=stored.name, max_age=LASTS, etag=stored.sha256,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={LASTS}"
    return response


def _stored(attachment_id: int) -> StoredFile:
    visitor = _visitor(attachment_id)
    with desk().read() as session:
        point = point_of(session, visitor)
        try:
            found = attachment(session, point.actor, attachment_id) if point else None
        except NotFound:
            found = None
    if found is None or found.state != "stored":
        raise Refused(404, "no_file", _("There is no such file."))
    return found


def _visitor(attachment_id: int) -> str:
    key = desk().vault.key(visitor_token.KEY_PURPOSE)
    try:
        return visitor_token.read_file_pass(request.args.get("t", ""), attachment_id, key)
    except BadToken:
        said = _("This link to the file is too old. Open the chat again.")
        raise Refused(403, "bad_pass", said) from None
