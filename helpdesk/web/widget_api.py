"""The API of the widget's page: start, pull, say, read, leave an address."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request
from flask import session as web_session
from sqlalchemy.orm import Session

from helpdesk.actions import help_visits, visitors
from helpdesk.actions.intake_at_once import take_in
from helpdesk.queries import visitor_transcript
from helpdesk.queries.survey_invitations import in_chat
from helpdesk.queries.visitor_transcript import Cursor, News, Point, point_of, read_cursor
from helpdesk.web import widget_json, widget_limits, widget_post
from helpdesk.web import widget_visitor as who
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.widget_blueprint import blueprint
from helpdesk.web.widget_refusals import Refused
from helpdesk.web.widget_visitor import Asking


@blueprint.post("/widget/<key>/visitors")
def start(key: str) -> tuple[Response, int]:
    """Begin or resume a chat: ``{token?, identity?}`` -> ``{token, visitor, name}``."""
    who.must_come_from_us()
    inbox = who.inbox_of(key)
    given = request.get_json(silent=True)
    given = given if isinstance(given, dict) else {}
    visitor = who.start(inbox, str(given.get("token") or ""), str(given.get("identity") or ""))
    name = visitor.identity.name if visitor.identity else ""
    signed_in = visitor.identity is not None
    token = who.token_of(visitor)
    return jsonify(token=token, visitor=visitor.id, name=name, signed_in=signed_in), 201


@blueprint.get("/widget/<key>/messages")
def pull(key: str) -> Response:
    """What is new since ``?after=`` (the ``cursor`` of the last answer; none: the latest).

    A page that asks for what comes after a message has received it: its delivery is settled then,
    not when the answer that carried it was merely sent.
    """
    after = _after(request.args.get("after", ""))
    with desk().read() as session:
        asking = who.asking(session, key)
        point = point_of(session, asking.visitor.id)
        if point is not None:
            visitors.received(desk(), session, point.actor, after)
        found = _news(session, asking, point, after)
    if point is not None:
        visitors.seen_by_asking(desk(), point.value, point.last_seen_at)
    return jsonify(found)


@blueprint.post("/widget/<key>/messages")
def send(key: str) -> tuple[Response, int]:
    """Say something: ``text``, ``client_id``, ``page?``, ``files*`` (JSON or multipart).

    A repeat of a ``client_id`` is harmless and gets the answer of the first. The answer carries
    the ``news`` since ``?after=``, too, so that a page need not ask for its own words.
    """
    after = _after(request.args.get("after", ""))
    with desk().read() as session:
        asking = who.asking(session, key)
    widget_limits.message(asking.visitor.id)
    posted = widget_post.message(asking)
    key = f"{asking.visitor.id}:{posted.client_id}"
    found = take_in(desk(), asking.inbox, posted.raw, key=key)
    if found.outcome == "created" and found.ticket and (visit := web_session.get("visit")):
        help_visits.chat_followed(desk(), str(visit["key"]), found.ticket)
    with desk().read() as session:
        news = _news(session, asking, point_of(session, asking.visitor.id), after)
    told = {"client_id": posted.client_id, "ticket": found.ticket, "seq": found.message}
    return jsonify(told | {"news": news}), 201 if found.ticket else 202  # 202: attached later


@blueprint.post("/widget/<key>/read")
def read(key: str) -> Response:
    """The visitor sees everything up to ``after`` and, by ticket, the seqs in ``seen``.

    Answers like ``pull``, so that the page needs no second request to be up to date.
    """
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise Refused(400, "bad_request", _("The request could not be read."))
    after = _after(str(given.get("after", "")))
    with desk().read() as session:
        asking = who.asking(session, key)
        point = point_of(session, asking.visitor.id)
        if point is not None:
            visitors.read(desk(), session, point.actor, _seen(given.get("seen")))
        return jsonify(_news(session, asking, point, after))


@blueprint.post("/widget/<key>/contact")
def contact(key: str) -> tuple[str, int]:
    """Leave a name and an email. Nobody has proved them, so they only suggest who this is."""
    with desk().read() as session:
        asking = who.asking(session, key)
    widget_limits.address(asking.visitor.id)
    name, email = widget_post.contact()
    visitors.leave_address(
        desk(), asking.visitor.id, name=name, email=email,
        language=g.widget_locale.replace("_", "-"), signed=who.vouched_addresses(asking.visitor),
    )  # fmt: skip
    return "", 204


def _after(written: str) -> Cursor:
    cursor = read_cursor(written[:2000])
    if cursor is None:
        raise Refused(400, "bad_request", _("The request could not be read."))
    return cursor


def _seen(given: object) -> dict[int, int]:
    if not isinstance(given, dict) or len(given) > 20:
        return {}
    return {
        int(ticket): seq for ticket, seq in given.items()
        if ticket.isdecimal() and len(ticket) < 10 and isinstance(seq, int) and 0 < seq < 2**31
    }  # fmt: skip


def _news(session: Session, asking: Asking, point: Point | None, after: Cursor) -> dict[str, Any]:
    """What the page lacks; nothing for a visitor who has not said anything yet."""
    if point is None:
        return widget_json.news(asking, News([], {}), None)
    found = visitor_transcript.news(session, point.actor, after)
    is_news = found.messages or not after
    goes_to = point.follow_up if is_news else None
    survey = in_chat(session, point.id) if found.is_ended else None
    return widget_json.news(asking, found, goes_to, survey)


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """What is said here is for one visitor, now."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
