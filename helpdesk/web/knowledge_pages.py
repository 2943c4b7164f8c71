"""What the pages about the knowledge base share: their blueprint, their words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from helpdesk.actions.articles import PUBLISHERS
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, me
from helpdesk.web.language import _, locale_name

LANG = '<any("en","zh"):lang>'
LANGUAGES = {"en": "English", "zh": "中文"}

blueprint = Blueprint("articles", __name__, url_prefix="/articles")
blueprint.before_request(must_be_signed_in)


def page(template: str, tab: str, **context: Any) -> str:
    """A page about the knowledge base; ``tab`` is the one of its area that it stands under."""
    return render_template(
        f"knowledge/{template}",
        tab=tab,
        staff=me(),
        may_publish=may_publish(),
        langs=LANGUAGES,
        tag_of={"en": "en", "zh": "zh-Hans"},
        named=named,
        status_name=_statuses(),
        **context,
    )


def may_publish() -> bool:
    return actor().role in PUBLISHERS


def named(names: dict[str, str] | None) -> str:
    """A category in the words of whoever looks; English stands in."""
    wanted = "en" if locale_name() == "en" else "zh"
    names = names or {}
    return names.get(wanted) or names.get("en") or next(iter(names.values()), "")


def _statuses() -> dict[str, tuple[str, str]]:
    """Status -> colour of its badge, word."""
    return {
        "draft": ("waiting", _("Draft")),
        "published": ("resolved", _("Published")),
        "archived": ("closed", _("Archived")),
    }
