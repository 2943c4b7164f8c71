"""Settings: the tags, how often each is used, other names, merging, deleting."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import tags
from helpdesk.queries.tag_names import used_tags
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _

blueprint = Blueprint("tags", __name__, url_prefix="/settings/tags")
blueprint.before_request(must_be_signed_in)


@blueprint.before_request
def must_keep_tags() -> None:
    actor().must_be(*tags.KEEPERS)


@blueprint.get("")
def all_tags() -> str:
    with desk().read() as reading:
        rows = used_tags(reading)
    return render_template("settings/tags.html", rows=rows)


@blueprint.post("/<int:number>")
def rename(number: int) -> Response:
    tags.rename(desk(), actor(), number, request.form.get("name", ""))
    return _back(_("Saved."))


@blueprint.post("/<int:number>/merge")
def merge(number: int) -> Response:
    tags.merge(desk(), actor(), number, request.form.get("into", ""))
    return _back(_("The two are one now."))


@blueprint.post("/<int:number>/removal")
def remove(number: int) -> Response:
    tags.remove(desk(), actor(), number)
    return _back(_("Deleted."))


def _back(said: str) -> Response:
    flash(said)
    return redirect(url_for("tags.all_tags"))
