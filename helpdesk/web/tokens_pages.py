"""Settings: the tokens of programs. One's own; admins see everybody's."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import api_tokens
from helpdesk.models import NotPossible, now
from helpdesk.queries.api_token_list import tokens
from helpdesk.rules.api_scope import ALL, Scope
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _

LASTING = (30, 90, 365)  # days

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("tokens", __name__, url_prefix="/settings/tokens")
blueprint.before_request(must_be_signed_in)


def scope_words() -> dict[str, str]:
    return {
        Scope.TICKETS_READ: _("Read tickets"),
        Scope.TICKETS_WRITE: _("Change and answer tickets"),
        Scope.CUSTOMERS_READ: _("Read customers"),
        Scope.CUSTOMERS_WRITE: _("Change customers"),
        Scope.ARTICLES_READ: _("Read articles"),
        Scope.ARTICLES_WRITE: _("Write articles"),
        Scope.SEARCH_READ: _("Search"),
        Scope.IMPORTS_WRITE: _("Import and export"),
        Scope.ADMIN: _("Change settings"),
    }


@blueprint.get("")
def all_tokens() -> str:
    return _page()


@blueprint.post("")
def create() -> Answer:
    try:
        token = api_tokens.create_token(
            desk(),
            actor(),
            request.form.get("name", ""),
            scopes=[Scope(one) for one in request.form.getlist("scopes") if one in ALL],
            days=_days(),
        )
    except NotPossible as fault:
        return _page(said=translated(fault)), 409
    return _page(made=token)


@blueprint.post("/<int:number>/revocation")
def revoke(number: int) -> Response:
    api_tokens.revoke_token(desk(), actor(), number)
    flash(_("Revoked. It opens nothing any more."))
    return redirect(url_for("tokens.all_tokens"))


def _days() -> int | None:
    days = request.form.get("days", 0, type=int)
    return days if days in LASTING else None


def _page(said: str = "", made: str = "") -> str:
    with desk().read() as reading:
        rows = tokens(reading, actor())
    return render_template(
        "settings/tokens.html",
        rows=rows,
        scopes=scope_words(),
        lasting=LASTING,
        said=said,
        made=made,
        now=now(),
        given=request.form if said else None,
    )
