"""The customers: lists, the page of one, duplicates, and the choice when two are merged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from helpdesk.actions.merge_values import values_of
from helpdesk.models import Agent, Organization, Pool, Team
from helpdesk.models.visibility import NotFound
from helpdesk.queries import duplicate_list
from helpdesk.queries.colleagues import who_may_take
from helpdesk.queries.customer_list import Wanted, customer_list, pools
from helpdesk.queries.customer_page import customer_page
from helpdesk.queries.customer_timeline import KINDS, timeline
from helpdesk.queries.organization_page import PAGE as ORGANIZATIONS
from helpdesk.queries.organization_page import organization_page, organizations
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.lifecycle import Stage
from helpdesk.rules.merge_fields import FIELDS, differing
from helpdesk.rules.pool import LEADERS
from helpdesk.rules.ticket_filter import field_pairs, fields_asked
from helpdesk.web import customer_terms as terms
from helpdesk.web import stored_sentences, words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me
from helpdesk.web.field_inputs import field_inputs
from helpdesk.web.given import number_asked as number
from helpdesk.web.language import _

blueprint = Blueprint("customers", __name__, url_prefix="/customers")
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def people() -> str:
    """All customers, by words and filters."""
    wanted = replace(wanted_customers(), after=number("after"))
    with desk().read() as session:
        found = customer_list(session, actor(), wanted)
        inputs = field_inputs(session, FieldNoun.CUSTOMER, wanted.fields)
    return page(
        "list.html", "people", found=found, wanted=wanted, again=_again(wanted),
        field_inputs=inputs,
    )  # fmt: skip


def _again(wanted: Wanted) -> dict[str, Any]:
    """What is asked for, as the arguments of an address, but for the page."""
    names = ("q", "stage", "tier", "holder", "pool")
    said = {name: getattr(wanted, name) for name in names}
    asked = {name: value for name, value in said.items() if value not in ("", None)}
    for name, word in field_pairs(wanted.fields):
        asked.setdefault(name, []).append(word)
    return asked


def wanted_customers() -> Wanted:
    """Which customers the address asks for, all pages of them. Raises ``BadFilter``."""
    return Wanted(
        q=request.args.get("q", "").strip()[:200],
        stage=request.args.get("stage", ""),
        tier=request.args.get("tier", ""),
        holder=number("holder"),
        pool=number("pool"),
        fields=fields_asked(request.args.to_dict(flat=False)),
    )


@blueprint.get("/mine")
def mine() -> str:
    """Those whom the reader holds."""
    wanted = Wanted(holder=actor().id, after=number("after"))
    with desk().read() as session:
        found = customer_list(session, actor(), wanted)
    return page("mine.html", "mine", found=found, wanted=wanted)


@blueprint.get("/pool")
def pool() -> str:
    """Those whom nobody holds, of one pool, and the bounds of each."""
    with desk().read() as session:
        known = pools(session, actor())
        chosen = _chosen(known)
        free = Wanted(pool=chosen.id, holder=0, after=number("after")) if chosen else None
        found = customer_list(session, actor(), free) if free else None
    return page(
        "pool.html", "pool", pools=known, chosen=chosen, found=found, wanted=free,
        teams=me().teams if is_leader() else (), usual_days=desk().settings.pool_idle_days,
    )  # fmt: skip


def _chosen(known: list[Any]) -> Any:
    """The pool that the address names, else the first of one's own teams, else the first."""
    wanted = number("pool")
    if wanted is not None:
        if named := [each for each in known if each.id == wanted]:
            return named[0]
        raise NotFound(_("There is no such pool."))
    return next((each for each in known if each.is_member), known[0] if known else None)


@blueprint.get("/duplicates")
def duplicates() -> str:
    with desk().read() as session:
        found, after = duplicate_list.pairs(session, actor(), number("after"))
    return page("duplicates.html", "duplicates", pairs=found, after=after)


@blueprint.get("/organizations")
def organization_list() -> str:
    q, after = request.args.get("q", "").strip()[:200], request.args.get("after", "")[:200]
    with desk().read() as session:
        found = organizations(session, actor(), q, after)
    more = found[ORGANIZATIONS - 1].name if len(found) > ORGANIZATIONS else ""
    rows = found[:ORGANIZATIONS]
    return page("organizations.html", "organizations", rows=rows, q=q, more=more)


@blueprint.get("/organizations/<int:organization_id>")
def organization(organization_id: int) -> str:
    return organization_shown(organization_id)


def organization_shown(organization_id: int, said: str = "") -> str:
    with desk().read() as session:
        found = organization_page(
            session, actor(), organization_id, number("after"), number("before")
        )
        return page(
            "organization.html", "organizations", shown=found, said=said,
            place={"after": number("after"), "before": number("before")},
        )  # fmt: skip


@blueprint.get("/<int:customer_id>")
def customer(customer_id: int) -> str:
    return customer_shown(customer_id)


def customer_shown(customer_id: int, said: str = "") -> str:
    """The page of a customer; ``said`` is why something was not done."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    before = request.args.get("before", "") if request.method == "GET" else ""
    with desk().read() as session:
        shown = customer_page(session, actor(), customer_id, ZoneInfo(desk().settings.timezone))
        line = timeline(session, actor(), shown.customer.id, kind=kind, before=before)
        team = shown.pool.team_id if shown.pool else None
        return page(
            "page.html", "people", shown=shown, one=shown.customer, line=line, kind=kind,
            kinds=terms.kinds(), said=said, pools=pools(session, actor()),
            outcome=terms.code_outcomes().get(request.args.get("code", "")),
            outcome_point=number("point"),
            holders=who_may_take(session, team) if team and is_leader() else [],
            channels=[each.name for each in desk().channels if each.can_reply],
        )  # fmt: skip


@blueprint.get("/<int:customer_id>/merge")
def choose_merge(customer_id: int) -> str:
    """Two records side by side: which is kept, and whose word counts for each field."""
    other_id = number("with") or 0
    zone = ZoneInfo(desk().settings.timezone)
    with desk().read() as session:
        sides = [customer_page(session, actor(), one, zone) for one in (customer_id, other_id)]
        kept, other = (side.customer for side in sides)
        if kept.id == other.id:
            raise NotFound(_("These two are one record already."))
        said = {one.id: _said(session, one) for one in (kept, other)}
        doubles = [d.evidence for d in sides[0].doubles if d.id == other.id]
        return page(
            "merge.html", "people", sides=sides, said=said, fields=terms.fields(),
            differing=differing(values_of(kept), values_of(other)), names=list(FIELDS),
            evidence="; ".join(map(stored_sentences.said, doubles)),
        )  # fmt: skip


def _said(session: Session, one: Any) -> dict[str, str]:
    """The fields of a record in words."""
    agent = session.get(Agent, one.holder_id) if one.holder_id else None
    company = session.get(Organization, one.organization_id) if one.organization_id else None
    hour = "" if one.preferred_hour is None else terms.hours(one.preferred_hour)
    prefers = (words.channels().get(one.preferred_channel or "", ""), hour)
    return {
        "name": one.name,
        "locale": one.locale,
        "organization": company.name if company else "",
        "tier": terms.tiers().get(one.tier or "", ""),
        "preferred": " · ".join(part for part in prefers if part),
        "holder": agent.name if agent else _team(session, one),
    }


def _team(session: Session, one: Any) -> str:
    """The team whose pool the customer is in, where the reader may know of it."""
    held = session.get(Pool, one.pool_id) if one.pool_id else None
    if held is None or held.team_id in actor().hidden_teams:
        return ""
    return session.get_one(Team, held.team_id).name


def is_leader() -> bool:
    return actor().role in LEADERS


def page(template: str, tab: str, **context: Any) -> str:
    """A page of the customers; ``tab`` is the one of the area that it stands under."""
    return render_template(
        f"customers/{template}", tab=tab, staff=me(), is_leader=is_leader(),
        stages=terms.stages(), stage_names=[stage.value for stage in Stage], tiers=terms.tiers(),
        why=terms.why, happened=terms.happened, observed_channel=terms.observed_channel,
        observed_hours=terms.observed_hours, hours_words=terms.hours, **context,
    )  # fmt: skip
