"""The provider's REST API, as much of it as the desk calls."""

from __future__ import annotations

import socket
import threading
from email.utils import formatdate
from typing import NoReturn

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from tests.standins.twilio.messages import Outbox, SentMessage
from tests.standins.twilio.numbers import REFUSED, Numbers
from tests.standins.twilio.store import Store

LONGEST_BODY = 1600
MOST_MEDIA = 10


class Refused(Exception):
    """The API says no, with Twilio's own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def api(
    account_sid: str, auth_token: str, outbox: Outbox, store: Store, stopping: threading.Event
) -> Flask:
    """The WSGI application."""
    app = Flask("twilio_stand_in")
    account = Blueprint("account", __name__, url_prefix=f"/2010-04-01/Accounts/{account_sid}")

    @account.before_request
    def _log_in() -> None:
        login = request.authorization
        if login is None or (login.username, login.password) != (account_sid, auth_token):
            raise Refused(401, 20003, "Authenticate")

    @account.post("/Messages.json")
    def _create() -> ResponseReturnValue:
        message = _message_from_form()
        _refuse_if_told(message.to)
        outbox.accept(message)
        return _misbehave(message.to, stopping) or (jsonify(message.resource(account_sid)), 201)

    @account.get("/Messages.json")
    def _list() -> ResponseReturnValue:
        wanted = request.args.get("To")
        found = [each for each in reversed(outbox.sent) if wanted in (None, each.to)]
        return jsonify(_page([each.resource(account_sid) for each in found]))

    @account.get("/Messages/<sid>.json")
    def _fetch(sid: str) -> ResponseReturnValue:
        message = outbox.find(sid) or _not_found()
        return jsonify(message.resource(account_sid))

    @account.get("/Messages/<message_sid>/Media/<sid>")
    def _media(message_sid: str, sid: str) -> ResponseReturnValue:
        """Like the provider, sends on to a public address that needs no login."""
        return redirect(f"/cdn/{sid}", 307) if sid in store.media else _not_found()

    @account.get("/Recordings/<name>")
    def _recording(name: str) -> ResponseReturnValue:
        content_type, data = store.recording(name) or _not_found()
        return Response(data, content_type=content_type)

    @app.get("/cdn/<sid>")
    def _cdn(sid: str) -> ResponseReturnValue:
        """Like a store behind a signed address, wants no login besides."""
        if request.authorization is not None:
            abort(400)
        content_type, data = store.media.get(sid) or abort(404)
        return Response(data, content_type=content_type)

    @app.get(f"/2010-04-01/Accounts/{account_sid}.json")
    def _account() -> ResponseReturnValue:
        _log_in()
        return jsonify(_account_resource(account_sid))

    @app.errorhandler(Refused)
    def _say_no(error: Refused) -> ResponseReturnValue:
        return jsonify(_problem(error.status, error.code, str(error))), error.status

    @app.errorhandler(HTTPException)
    def _unknown(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        return jsonify(_problem(status, 20000 + status, error.name)), status

    app.register_blueprint(account)
    return app


def _message_from_form() -> SentMessage:
    form = request.form
    _require(form.get("To"), 21604, "A 'To' phone number is required.")
    sender = form.get("From", ""), form.get("MessagingServiceSid", "")
    _require(any(sender), 21603, "A 'From' phone number is required.")
    media = form.getlist("MediaUrl")
    _require(form.get("Body") or media, 21602, "Message body is required.")
    _require(len(form.get("Body", "")) <= LONGEST_BODY, 21617, "The message body is too long.")
    _require(len(media) <= MOST_MEDIA, 21623, "The number of media URLs exceeds the limit.")
    return SentMessage(
        to=form["To"],
        from_=sender[0],
        messaging_service_sid=sender[1],
        body=form.get("Body", ""),
        media_urls=media,
        status_callback=form.get("StatusCallback", ""),
    )


def _require(condition: object, code: int, words: str) -> None:
    if not condition:
        raise Refused(400, code, words)


def _refuse_if_told(to: str) -> None:
    if to in REFUSED:
        code, words = REFUSED[to]
        raise Refused(400, code, words.format(to=to))
    if to == Numbers.TOO_MANY:
        raise Refused(429, 20429, "Too Many Requests")
    if to == Numbers.BROKEN:
        raise Refused(500, 20500, "Internal Server Error")


def _misbehave(to: str, stopping: threading.Event) -> ResponseReturnValue | None:
    """What happens to the answer of a message that was accepted."""
    if to == Numbers.HANGS:
        stopping.wait(60)
    if to in (Numbers.HANGS, Numbers.DROPS):
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return "", 204
    if to == Numbers.GATEWAY:
        return Response("<html>504 Gateway Time-out</html>", status=504)
    if to == Numbers.GIBBERISH:
        return Response("<html>Welcome</html>", status=201)
    return None


def _not_found() -> NoReturn:
    raise Refused(404, 20404, f"The requested resource {request.path} was not found")


def _problem(status: int, code: int, words: str) -> dict[str, object]:
    link = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": words, "more_info": link, "status": status}


def _page(messages: list[dict[str, object]]) -> dict[str, object]:
    return {
        "end": max(0, len(messages) - 1),
        "first_page_uri": f"{request.path}?PageSize=50&Page=0",
        "messages": messages,
        "next_page_uri": None,
        "page": 0,
        "page_size": 50,
        "previous_page_uri": None,
        "start": 0,
        "uri": f"{request.path}?PageSize=50&Page=0",
    }


def _account_resource(sid: str) -> dict[str, object]:
    return {
        "auth_token": "********",
        "date_created": formatdate(0),
        "date_updated": formatdate(0),
        "friendly_name": "Stand-in",
        "owner_account_sid": sid,
        "sid": sid,
        "status": "active",
        "subresource_uris": {"messages": f"/2010-04-01/Accounts/{sid}/Messages.json"},
        "type": "Full",
        "uri": f"/2010-04-01/Accounts/{sid}.json",
    }
