"""The admins' page about how soon people of ours are to answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import service_levels
from helpdesk.queries.service_levels import service_levels as levels
from helpdesk.rules.actor import Role
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.span_words import read_span, write_span
from helpdesk.rules.status import Priority
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated

blueprint = Blueprint("service_levels", __name__, url_prefix="/settings/service")
blueprint.before_request(must_be_signed_in)

KINDS = ("first_response", "next_response")
BY_WEIGHT = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)


@blueprint.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@blueprint.get("")
def targets() -> str:
    return _page()


@blueprint.post("")
def set_targets() -> Response | tuple[str, int]:
    given = {f"{p.value}.{kind}": _given(p, kind) for p in BY_WEIGHT for kind in KINDS}
    try:
        wanted = {
            p: tuple(read_span(given[f"{p.value}.{kind}"]) for kind in KINDS) for p in BY_WEIGHT
        }
        service_levels.set_targets(desk(), actor(), wanted)  # type: ignore[arg-type]
    except Refusal as refusal:
        return _page(given, translated(refusal)), 400
    return redirect(url_for("service_levels.targets", saved=1))


def _given(priority: Priority, kind: str) -> str:
    return request.form.get(f"{priority.value}.{kind}", "")[:100]


def _page(given: dict[str, str] | None = None, said: str = "") -> str:
    with desk().read() as session:
        found = levels(session)
    values = given or {
        f"{priority}.{kind}": write_span(target)
        for priority, targets in found.targets.items()
        for kind, target in zip(KINDS, targets, strict=True)
    }
    return render_template(
        "settings/service.html", values=values, said=said, levels=found, by_weight=BY_WEIGHT,
        saved="saved" in request.args,
    )  # fmt: skip
