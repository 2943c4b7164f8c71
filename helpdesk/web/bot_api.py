"""What the bot's action server may read, with its bearer token: articles, and orders of a requester
who has proved who they are. It writes nothing."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, jsonify, request

from helpdesk.actions import bot_knowledge
from helpdesk.models.visibility import NotFound
from helpdesk.queries import bot_orders
from helpdesk.web.current import desk

blueprint = Blueprint("bot_api", __name__, url_prefix="/bot")

MOST_QUESTION = 2000
FARTHEST = 2**31 - 1


@blueprint.before_request
def must_be_the_bot() -> None:
    """401 without the token. A visitor's or an agent's session counts for nothing here."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip().encode() if scheme.lower() == "bearer" else b""
    if not hmac.compare_digest(given, desk().bot_token.encode()):
        abort(401)


@blueprint.get("/search")
def search() -> Response:
    """``?q=&lang=&ticket=&epoch=`` -> ``{outcome, confidence, articles}``."""
    question = request.args.get("q", "")[:MOST_QUESTION]
    with desk().read() as session:
        ticket = bot_orders.ticket_of(session, _number("ticket"), _number("epoch"))
    found = bot_knowledge.ask(
        desk(), question, request.args.get("lang", "en")[:20], ticket_id=ticket
    )
    return jsonify(
        outcome=found.outcome,
        confidence=found.confidence,
        articles=[
            {
                "slug": one.slug, "title": one.title, "url": one.url, "summary": one.summary,
                "score": one.score, "confidence": one.confidence,
            }
            for one in found.articles
        ],
    )  # fmt: skip


@blueprint.get("/orders/<external_id>")
def order(external_id: str) -> Response:
    """``?ticket=&epoch=`` -> ``{state: verified|unproved|unknown, order?, code?}`` (promise 3).

    ``code``: whether a one-time code can be offered to an asker who is unproved.
    """
    with desk().read() as session:
        ticket = bot_orders.ticket_of(session, _number("ticket"), _number("epoch"))
        found = bot_orders.order_for(session, ticket, external_id)
    if found.state == "unproved":
        return jsonify(state=found.state, code=found.may_send_code)
    if found.order is None:
        return jsonify(state=found.state)
    return jsonify(
        state=found.state,
        order={
            "external_id": found.order.external_id, "state": found.order.state,
            "placed": found.order.placed_at.date().isoformat(), "summary": found.order.summary,
        },
    )  # fmt: skip


def _number(name: str) -> int:
    given = request.args.get(name, "")
    if not (given.isascii() and given.isdecimal()) or len(given) > 10 or int(given) > FARTHEST:
        raise NotFound("There is no such conversation.")
    return int(given)


@blueprint.errorhandler(NotFound)
def nothing_here(error: NotFound) -> tuple[Response, int]:
    return jsonify(error=str(error)), 404
