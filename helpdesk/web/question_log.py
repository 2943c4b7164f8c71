"""Everything that was asked, as a table: what was shown, chosen, and what followed."""

from __future__ import annotations

from flask import request

from helpdesk.queries import question_log
from helpdesk.rules.article_words import LANGS
from helpdesk.web import given
from helpdesk.web.current import actor, desk
from helpdesk.web.knowledge_pages import blueprint, page
from helpdesk.web.language import _


@blueprint.get("/questions/log")
def questions_asked() -> str:
    lang = lang_asked()
    after = given.place(request.args.get("after", ""))
    with desk().read() as session:
        found = question_log.page(session, actor(), lang=lang, after=after)
    return page(
        "question_log.html",
        "questions",
        rows=found.rows,
        next=given.place_said(found.next),
        lang=lang,
        place_name=_places(),
        outcome_name=_outcomes(),
    )


def lang_asked() -> str:
    """The language of ``?lang=``; "" for all."""
    lang = request.args.get("lang", "")
    return lang if lang in LANGS else ""


def _places() -> dict[str, str]:
    return {
        "help": _("Help centre"),
        "form": _("Contact form"),
        "typing": _("Typed, not sent"),
        "widget": _("Chat window"),
        "bot": _("Bot"),
        "composer": _("Composer"),
        "api": _("API"),
    }


def _outcomes() -> dict[str, tuple[str, str]]:
    """Outcome -> colour of its badge, word."""
    return {
        "answer": ("resolved", _("Answered")),
        "offer": ("waiting", _("Offered three")),
        "unknown": ("open", _("Not known")),
    }
