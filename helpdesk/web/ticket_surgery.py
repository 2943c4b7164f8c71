"""Merging, parting, splitting and linking tickets; who takes part; another requester."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import people, splitting, ticket_links, ticket_merging, ticket_parting
from helpdesk.models import LinkKind, NotPossible
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.queries import transcript
from helpdesk.queries.people_found import people_found
from helpdesk.queries.ticket_page import ticket_head
from helpdesk.queries.ticket_ties import candidates
from helpdesk.queries.turns import Said
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, wants_fragment
from helpdesk.web.given import chosen, ticket_number
from helpdesk.web.language import _
from helpdesk.web.shared import place_asked
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint("ticket_surgery", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

MOST_SHOWN = 200  # messages to choose from at once


@blueprint.get("/merge")
def choose_other(ticket_id: int) -> str:
    """Which ticket this one is the same matter as: of the same customer, or by ``?q=``."""
    words = request.args.get("q", "").strip()[:200]
    with desk().read() as session:
        ticket = ticket_for(session, actor(), ticket_id)
        head = ticket_head(session, actor(), ticket_id)
        found = candidates(session, actor(), ticket, words)
    return render_template("workspace/merge.html", head=head, found=found, q=words)


@blueprint.post("/merge")
def merge(ticket_id: int) -> Response:
    """``into``: this ticket becomes part of that one. ``take``: that one becomes part of this."""
    if request.form.get("take"):
        other, survivor = ticket_number("take"), ticket_id
    else:
        other, survivor = ticket_id, ticket_number("into")
    ticket_merging.merge(desk(), actor(), other, survivor)
    return redirect(url_for("tickets.ticket", ticket_id=survivor))


@blueprint.post("/parting")
def parting(ticket_id: int) -> Response:
    """Let a ticket that is part of another one stand by itself again; it is shown then."""
    ticket_parting.unmerge(desk(), actor(), ticket_id)
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id))


@blueprint.get("/split")
def choose_messages(ticket_id: int) -> str:
    """Which messages go into a ticket of their own: the last ones, or those before ``?before=``."""
    before = place_asked() or transcript.FAR
    with desk().read() as session:
        head = ticket_head(session, actor(), ticket_id)
        shown = transcript.earlier(session, actor(), ticket_id, before, most=MOST_SHOWN)
    said = [turn for turn in shown.turns if isinstance(turn, Said)]
    name = "split_messages" if wants_fragment() else "split"
    return render_template(f"workspace/{name}.html", head=head, said=said, earlier=shown.earlier)


@blueprint.post("/split")
def split(ticket_id: int) -> Response:
    given = request.form.getlist("messages")[: splitting.MOST + 1]
    numbers = [int(each) for each in given if each.isdecimal() and len(each) < 10]
    subject = request.form.get("subject", "")
    new = splitting.split(desk(), actor(), ticket_id, numbers, subject)
    return redirect(url_for("tickets.ticket", ticket_id=new))


@blueprint.post("/links")
def link(ticket_id: int) -> Answer:
    """``kind`` is what the other ticket is to this one, or this one to the other."""
    kind, other = request.form.get("kind", ""), ticket_number("other")
    if kind == "parent":  # the other one is above this one
        ticket_links.link(desk(), actor(), ticket_id, other, LinkKind.CHILD)
    elif kind == "child":
        ticket_links.link(desk(), actor(), other, ticket_id, LinkKind.CHILD)
    elif kind == "original":
        ticket_links.link(desk(), actor(), ticket_id, other, LinkKind.DUPLICATE)
    elif kind == "related":
        ticket_links.link(desk(), actor(), ticket_id, other, LinkKind.RELATED)
    else:
        raise NotPossible(_("Say how the tickets belong together."))
    return changed_ticket(ticket_id)


@blueprint.post("/links/<int:other_id>/removal")
def unlink(ticket_id: int, other_id: int) -> Answer:
    ticket_links.unlink(desk(), actor(), ticket_id, other_id)
    return changed_ticket(ticket_id)


@blueprint.post("/suggested-links/<int:other_id>/dismissal")
def dismiss(ticket_id: int, other_id: int) -> Answer:
    ticket_links.dismiss(desk(), actor(), ticket_id, other_id)
    return changed_ticket(ticket_id)


@blueprint.get("/requester")
def choose_requester(ticket_id: int) -> str:
    """Who asks instead: found by name or address with ``?q=``, or a new address."""
    words = request.args.get("q", "").strip()[:200]
    with desk().read() as session:
        head = ticket_head(session, actor(), ticket_id)
        found = people_found(session, actor(), words)
    is_new = "@" in words or words.startswith("+")
    return render_template(
        "workspace/requester.html", head=head, found=found, q=words, is_new=is_new
    )


@blueprint.post("/requester")
def requester(ticket_id: int) -> Response:
    """``point``: an address that is known; else ``address``: what was typed."""
    point = chosen("point")
    people.make_requester(
        desk(), actor(), ticket_id, point_id=point, written=request.form.get("address", "")
    )
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id))


@blueprint.post("/participants")
def add_participant(ticket_id: int) -> Answer:
    people.add_copy(desk(), actor(), ticket_id, request.form.get("address", ""))
    return changed_ticket(ticket_id)


@blueprint.post("/participants/<int:participant_id>/removal")
def remove_participant(ticket_id: int, participant_id: int) -> Answer:
    if participant_id >= 2**31:
        raise NotFound("There is no such participant.")
    people.remove(desk(), actor(), ticket_id, participant_id)
    return changed_ticket(ticket_id)
