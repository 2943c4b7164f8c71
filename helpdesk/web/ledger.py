"""The ledger for admins: what reached us, what became of it, and whether anything is missing."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions import envelopes, intake, reconciliations
from helpdesk.queries import ledger
from helpdesk.queries.ledger import STATES, Filter
from helpdesk.rules.actor import Role
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.difference_words import difference_words
from helpdesk.web.given import number_asked
from helpdesk.web.language import _
from helpdesk.web.thread_reasons import of_evidence
from helpdesk.web.words import envelope_states

blueprint = Blueprint("ledger", __name__, url_prefix="/settings/ledger")
blueprint.before_request(must_be_signed_in)


@blueprint.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@blueprint.get("")
def listed() -> str:
    """Envelopes by ``?state=``, ``?inbox=`` and ``?q=``, and the last comparison."""
    wanted = filter_asked()
    with desk().read() as session:
        page = ledger.envelopes(session, actor(), wanted)
        inboxes = ledger.inboxes(session, actor())
        last, is_under_way = ledger.comparisons(session, actor())
    return render_template(
        "settings/ledger.html",
        page=page,
        wanted=wanted,
        inboxes=inboxes,
        states=STATES,
        state_words=envelope_states(),
        last=last,
        is_under_way=is_under_way,
        said=difference_words,
        reason=of_evidence,
    )


def filter_asked() -> Filter:
    """Which envelopes the address asks for."""
    return Filter(
        state=request.args.get("state", ""),
        inbox=number_asked("inbox") or 0,
        q=request.args.get("q", "").strip()[:200],
        before=number_asked("before") or 0,
    )


@blueprint.get("/<int:envelope_id>/raw")
def raw(envelope_id: int) -> Response:
    """The mail as it was received, as plain text that no browser takes for anything else."""
    found = envelopes.look_into(desk(), actor(), envelope_id)
    end = _("[Cut: %(size)s bytes in all]", size=found.size) if found.is_cut else ""
    answer = Response(f"{found.text}\n\n{end}\n" if end else found.text, mimetype="text/plain")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<int:envelope_id>/replay")
def replay(envelope_id: int) -> AnyResponse:
    """Attach it again, after what hindered it was mended."""
    intake.replay(desk(), envelope_id, actor())
    return redirect(url_for("ledger.listed", q=f"#{envelope_id}"))


@blueprint.post("/comparisons")
def compare() -> AnyResponse:
    """Compare the journal with the record and the mailboxes, in the background."""
    reconciliations.ask(desk(), actor())
    return redirect(url_for("ledger.listed"))
