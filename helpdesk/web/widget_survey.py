"""The visitor's rating of a chat that has ended."""

from __future__ import annotations

from flask import Response, jsonify, request

from helpdesk.actions import surveys
from helpdesk.models import NotPossible
from helpdesk.queries.survey_invitations import in_chat
from helpdesk.queries.visitor_transcript import point_of
from helpdesk.rules.survey import is_score
from helpdesk.web import widget_limits
from helpdesk.web import widget_visitor as who
from helpdesk.web.current import desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _, locale_name
from helpdesk.web.widget_blueprint import blueprint
from helpdesk.web.widget_refusals import Refused


@blueprint.post("/widget/<key>/rating")
def rate(key: str) -> Response:
    """``{ticket, score, comment?}`` -> ``{ticket, score, comment}``. Only what is asked about in
    the visitor's own chat, while it is ended; without ``comment`` the one there is stays."""
    with desk().read() as session:
        asking = who.asking(session, key)
        point = point_of(session, asking.visitor.id)
        asked = in_chat(session, point.id) if point else None
    widget_limits.rating(asking.visitor.id)
    ticket, score, comment = _given()
    if asked is None or asked.ticket != ticket:
        raise Refused(409, "over", _("This survey has ended."))
    try:
        surveys.answer(desk(), asked.id, score, comment, locale_name().replace("_", "-"))
    except NotPossible as refused:
        raise Refused(409, "over", translated(refused)) from None
    with desk().read() as session:
        now = in_chat(session, point.id) if point else None
    kept = now.comment if now else comment or ""
    return jsonify(ticket=ticket, score=score, comment=kept)


def _given() -> tuple[int, int, str | None]:
    given = request.get_json(silent=True)
    given = given if isinstance(given, dict) else {}
    ticket, score, comment = (given.get(name) for name in ("ticket", "score", "comment"))
    if not (isinstance(ticket, int) and isinstance(score, int) and is_score(score)):
        raise Refused(400, "bad_request", _("The request could not be read."))
    if isinstance(comment, str | None):
        return ticket, score, comment
    raise Refused(400, "bad_request", _("The request could not be read."))
