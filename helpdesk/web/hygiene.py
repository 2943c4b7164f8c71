"""The admins' page of unwanted mail: the allow and deny lists, and the file policy."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import file_policies, senders
from helpdesk.models import NotPossible
from helpdesk.queries import hygiene
from helpdesk.rules.actor import Role
from helpdesk.rules.file_policy import BadPolicy, ReleasedBy
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.sender_list import BadPattern, Verdict
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated

blueprint = Blueprint("hygiene", __name__, url_prefix="/settings/unwanted-mail")
blueprint.before_request(must_be_signed_in)

KB = 1024


@blueprint.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@blueprint.get("")
def page() -> str:
    return _page()


def _page(refused: Refusal | None = None) -> str:
    """What was typed stays beside the reason why it was refused."""
    with desk().read() as session:
        found, policy = hygiene.lines(session, actor()), file_policies.current(session)
        held = hygiene.files_held(session, actor())
    return render_template(
        "settings/hygiene.html", lines=found, policy=policy, held=held,
        refused=translated(refused) if refused else "", typed=request.form,
        has_scanner=bool(desk().settings.clamd),
    )  # fmt: skip


@blueprint.post("/senders")
def list_sender() -> Response | tuple[str, int]:
    """Put an address or a domain on the allow or the deny list."""
    form = request.form
    verdict = Verdict.ALLOW if form.get("verdict") == Verdict.ALLOW.value else Verdict.DENY
    try:
        senders.list_sender(desk(), actor(), form.get("pattern", ""), verdict, form.get("note", ""))
    except (BadPattern, NotPossible) as refused:
        return _page(refused), 409
    return _back()


@blueprint.post("/senders/<int:rule_id>/removal")
def unlist_sender(rule_id: int) -> Response:
    senders.unlist_sender(desk(), actor(), rule_id)
    return _back()


@blueprint.post("/file-policy")
def file_policy() -> Response | tuple[str, int]:
    """Which files are kept from people."""
    form = request.form
    size, releasers = form.get("kilobytes", ""), form.get("released_by", "")
    try:
        file_policies.set_file_policy(
            desk(), actor(), form.get("refused", ""), strips=form.get("way") == "strip",
            max_bytes=int(size) * KB if size.isdecimal() and len(size) < 9 else 0,
            released_by=_released_by(releasers),
        )  # fmt: skip
    except BadPolicy as refused:
        return _page(refused), 409
    return _back()


def _released_by(given: str) -> ReleasedBy:
    """Who is not named lets nothing through."""
    return ReleasedBy(given) if given in set(ReleasedBy) else ReleasedBy.NOBODY


def _back() -> Response:
    return redirect(url_for("hygiene.page"))
