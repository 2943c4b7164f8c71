"""What went wrong, in the product's look: a whole page, or a sentence in place."""

from __future__ import annotations

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from helpdesk.extensions import login_manager
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import NotAllowed
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.status import Status
from helpdesk.rules.ticket_filter import BadFilter
from helpdesk.web import words
from helpdesk.web.current import is_of_another, wants_fragment
from helpdesk.web.help_blueprint import TAGS
from helpdesk.web.language import _, locale_name


def register(app: Flask) -> None:
    """Map the refusals of actions and queries, and every HTTP error, once."""
    app.register_error_handler(Refusal, lambda error: refusal(409, translated(error)))
    app.register_error_handler(NotFound, lambda error: refusal(404, translated(error)))
    app.register_error_handler(NotAllowed, lambda error: refusal(403, translated(error)))
    app.register_error_handler(BadFilter, lambda error: refusal(400, translated(error)))
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda error: refusal(500, ""))


def translated(error: Refusal) -> str:
    """The sentence of a refusal in the reader's language."""
    return _(error.words, **{name: _shown(name, v) for name, v in error.values.items()})


def _shown(name: str, value: object) -> object:
    if isinstance(value, Status):
        return words.statuses()[value.value]
    return words.channels().get(str(value), value) if name == "channel" else value


def refusal(status: int, said: str) -> tuple[str, int]:
    """The answer that something cannot be done; ``said`` is a sentence, or "" for the usual."""
    said = said or _usual(status)
    if wants_fragment():
        return render_template("refusal.html", said=said), status
    back, back_words = _way_back()
    return render_template(
        "error.html",
        status=status,
        title=_title(status),
        said=said,
        back=back,
        back_words=back_words,
    ), status


def _way_back() -> tuple[str, str]:
    """Address and words of the way out of an error."""
    if request.path.startswith("/help"):
        return url_for("help.home_in", lang=TAGS[locale_name()]), _("Back to help")
    return url_for("tickets.queue"), _("Back to the queue")


def _forged(error: CSRFError) -> ResponseReturnValue:
    """A form without its token. Whose session has ended is asked to sign in again."""
    if wants_fragment() and (not current_user.is_authenticated or is_of_another()):
        signed_out: ResponseReturnValue = login_manager.unauthorized()
        return signed_out
    return refusal(
        400,
        _("This form is too old. Load the page again, then repeat it."),
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400 or _is_machine():
        return error.get_response()
    return refusal(status, "")


def _is_machine() -> bool:
    return request.path.startswith(("/webhooks/", "/api/", "/bot/", "/static/", "/widget"))


def _title(status: int) -> str:
    titles = {
        403: _("Not for you"),
        404: _("Nothing here"),
        409: _("That does not fit"),
        413: _("Too large"),
        429: _("Too many tries"),
        500: _("Something broke on our side"),
    }
    return titles.get(status, _("That did not work"))


def _usual(status: int) -> str:
    sentences = {
        403: _("You have no right to this."),
        404: _("There is nothing at this address, or you may not see it."),
        405: _("This address does not work that way."),
        413: _("This is more than one request may carry. Send less at once."),
        429: _("Wait a few minutes, then try again."),
        500: _("It is written down, and nothing that was stored is lost. Try again."),
    }
    return sentences.get(status, _("The request could not be read. Go back and try again."))
