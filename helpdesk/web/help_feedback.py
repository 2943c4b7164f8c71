"""What visitors of the help centre tell by reading, and by saying whether it helped."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import help_visits, typed_words
from helpdesk.extensions import limiter
from helpdesk.models.visibility import NotFound
from helpdesk.queries import articles
from helpdesk.rules.actor import ANYBODY
from helpdesk.web.current import desk, wants_fragment
from helpdesk.web.help_blueprint import blueprint, page_tag, text_lang, visit
from helpdesk.web.language import _

LANG = '<any("en","zh-hans","zh-hant"):lang>'


@blueprint.post(f"/{LANG}/<slug>/readings")
@limiter.limit("120 per minute")
def reading(lang: str, slug: str) -> tuple[str, int]:
    """Told by the page once somebody really reads it: machines that fetch it do not count."""
    with desk().read() as session:
        articles.reading(session, ANYBODY, slug, text_lang())
    if (visit_id := visit()) is not None:
        help_visits.opened(
            desk(), visit_id, slug, request.form.get("asked", type=int),
            typed=request.form.get("typed", ""), lang=text_lang(),
        )  # fmt: skip
    return "", 204


@blueprint.post("/typed")
@limiter.limit("60 per minute")
def typed() -> tuple[str, int]:
    """Told by the search box and by the contact form's subject when somebody stops typing, or
    leaves, and has not sent it off. The message of the form is nobody's before it is sent."""
    if (visit_id := visit()) is not None:
        typed_words.keep(desk(), visit_id, request.form.get("typed", ""), text_lang())
    return "", 204


@blueprint.post(f"/{LANG}/<slug>/votes")
@limiter.limit("30 per hour")
def vote(lang: str, slug: str) -> Response | tuple[str, int]:
    given = request.form.get("helpful", "")
    if given not in ("yes", "no"):
        raise NotFound(_("There is no such answer."))
    if (visit_id := visit()) is not None:
        help_visits.vote(
            desk(),
            visit_id,
            slug,
            text_lang(),
            helpful=given == "yes",
            comment=request.form.get("comment", ""),
        )
    if wants_fragment():
        return "", 204
    return redirect(url_for("help.article", lang=page_tag(), slug=slug, thanks=1) + "#helped")
