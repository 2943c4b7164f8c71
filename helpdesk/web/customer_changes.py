"""Changes to a customer's record, each a resource of it: its fields, its notes, its merges, ..."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import (
    contact_points,
    customer_codes,
    customer_record,
    customers,
    merging,
    organizations,
    pools,
    stages,
)
from helpdesk.actions.customer_record import Fields
from helpdesk.models import MergeSuggestion, NotPossible
from helpdesk.models.visibility import NotFound, customer_for
from helpdesk.rules.merge_fields import FIELDS
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.customers import customer_shown, organization_shown
from helpdesk.web.errors import refusal, translated
from helpdesk.web.language import _

blueprint = Blueprint("customer_changes", __name__, url_prefix="/customers")
blueprint.before_request(must_be_signed_in)
ONE = "/<int:customer_id>"
POINT = f"{ONE}/addresses/<int:point_id>"


@blueprint.errorhandler(NotPossible)
def not_done(error: NotPossible) -> tuple[str, int]:
    """The page again, with why it was not done; 404 where there is no such page for the agent."""
    where = request.view_args or {}
    try:
        if "customer_id" in where:
            return customer_shown(where["customer_id"], translated(error)), 409
        if "organization_id" in where:
            return organization_shown(where["organization_id"], translated(error)), 409
    except NotFound as missing:
        return refusal(404, translated(missing))
    return refusal(409, translated(error))


@blueprint.post(f"{ONE}/fields")
def fields(customer_id: int) -> Response:
    form = request.form
    given = Fields(
        name=form.get("name", ""),
        locale=form.get("locale", ""),
        organization=form.get("organization", ""),
        preferred_channel=form.get("channel", ""),
        preferred_hour=_number("hour"),
    )
    customer_record.edit(desk(), actor(), customer_id, given)
    return _back(customer_id)


@blueprint.post(f"{ONE}/tier")
def tier(customer_id: int) -> Response:
    customer_record.set_tier(desk(), actor(), customer_id, request.form.get("tier", ""))
    return _back(customer_id)


@blueprint.post(f"{ONE}/stage")
def stage(customer_id: int) -> Response:
    """Say another stage, or (without one) let the rule speak again."""
    form = request.form
    if not form.get("stage"):
        stages.end_override(desk(), actor(), customer_id)
    else:
        until = _end_of_day(form.get("until", ""))
        reason = form.get("reason", "")
        stages.override(desk(), actor(), customer_id, form["stage"], reason, until)
    return _back(customer_id)


def _end_of_day(given: str) -> datetime | None:
    if not given:
        return None
    try:
        day = datetime.fromisoformat(given).date()
    except ValueError:
        raise NotPossible(_("Choose a day.")) from None
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(desk().settings.timezone))


@blueprint.post(f"{ONE}/notes")
def notes(customer_id: int) -> Response:
    customer_record.note(desk(), actor(), customer_id, request.form.get("text", ""))
    return _back(customer_id)


@blueprint.post(f"{ONE}/addresses")
def addresses(customer_id: int) -> Response:
    kind, value = request.form.get("kind", ""), request.form.get("value", "")
    contact_points.add(desk(), actor(), customer_id, kind, value)
    return _back(customer_id)


@blueprint.post(f"{POINT}/removal")
def removal(customer_id: int, point_id: int) -> Response:
    contact_points.remove(desk(), actor(), customer_id, point_id)
    return _back(customer_id)


@blueprint.post(f"{POINT}/preference")
def preference(customer_id: int, point_id: int) -> Response:
    contact_points.make_primary(desk(), actor(), customer_id, point_id)
    return _back(customer_id)


@blueprint.post(f"{POINT}/codes")
def codes(customer_id: int, point_id: int) -> Response:
    customer_codes.send_code(desk(), actor(), customer_id, point_id)
    return _back(customer_id, code="sent", point=point_id)


@blueprint.post(f"{POINT}/proof")
def proof(customer_id: int, point_id: int) -> Response:
    given = request.form.get("code", "")[:100]
    outcome = customer_codes.enter_code(desk(), actor(), customer_id, point_id, given)
    return _back(customer_id, code=outcome.value, point=point_id)


@blueprint.post(f"{ONE}/merges")
def merges(customer_id: int) -> Response:
    """Merge ``with`` into this record, or this one into it (``keep``); a side for each field."""
    pair = (customer_id, _number("with") or 0)
    form = request.form
    with desk().read() as session:
        for one in pair:
            customer_for(session, actor(), one)
    keep = _number("keep") or customer_id
    if keep not in pair:
        raise NotFound(_("There is no such customer."))
    other = pair[1] if keep == pair[0] else pair[0]
    takes = [field for field in FIELDS if form.get(f"take_{field}") == str(other)]
    customers.merge(desk(), actor(), keep, other, form.get("reason", ""), takes)
    return _back(keep)


@blueprint.post(f"{ONE}/merges/<int:merge_id>/undoing")
def undoing(customer_id: int, merge_id: int) -> Response:
    with desk().read() as session:
        customer_for(session, actor(), customer_id)
    reason = request.form.get("reason", "")[:500]
    merging.unmerge(desk(), actor(), merge_id, reason, seen_at=customer_id)
    return _back(customer_id)


@blueprint.post(f"{ONE}/holder")
def holder(customer_id: int) -> Response:
    """Claim a customer for ``agent``, oneself if nobody is named; or release with "nobody"."""
    if request.form.get("agent") == "nobody":
        pools.release(desk(), actor(), customer_id, request.form.get("reason", "")[:500])
    else:
        pools.claim(desk(), actor(), customer_id, _number("agent"))
    return redirect(_local(request.form.get("back", "")) or _url(customer_id))


@blueprint.post(f"{ONE}/pool")
def pool(customer_id: int) -> Response:
    pools.put(desk(), actor(), customer_id, _number("pool"))
    return _back(customer_id)


@blueprint.post("/pools")
def bounds() -> Response:
    """The bounds of a team's pool, which is made where there is none."""
    cap, days = _number("cap") or 0, _number("idle_days")
    made = pools.set_pool(desk(), actor(), _number("team") or 0, cap=cap, idle_days=days)
    return redirect(url_for("customers.pool", pool=made))


@blueprint.post("/duplicates/<int:suggestion_id>")
def duplicate(suggestion_id: int) -> Response:
    """Whether two records are one person; both must be visible."""
    with desk().read() as session:
        asked = session.get(MergeSuggestion, suggestion_id)
        if asked is None:
            raise NotFound(_("There is no such suggestion."))
        for one in (asked.customer_id, asked.other_id):
            customer_for(session, actor(), one)
    if request.form.get("answer") == "accepted":
        customers.accept_suggestion(desk(), actor(), suggestion_id)
    else:
        customers.dismiss_suggestion(desk(), actor(), suggestion_id)
    return redirect(_local(request.form.get("back", "")) or url_for("customers.duplicates"))


@blueprint.post("/organizations/<int:organization_id>")
def organization(organization_id: int) -> Response:
    form = request.form
    organizations.save(
        desk(), actor(), organization_id, name=form.get("name", ""),
        domain=form.get("domain", ""), by_domain=bool(form.get("by_domain")),
    )  # fmt: skip
    return redirect(url_for("customers.organization", organization_id=organization_id))


def _number(name: str) -> int | None:
    given = request.form.get(name, "").strip()
    if not given:
        return None
    if not given.isdecimal() or len(given) > 9:
        raise NotPossible(_("Give a number."))
    return int(given)


def _local(address: str) -> str:
    """``address`` if it is a page of the customers, else ""."""
    plain = address.startswith("/customers") and "//" not in address and "\\" not in address
    return address if plain else ""


def _url(customer_id: int, **values: object) -> str:
    return url_for("customers.customer", customer_id=customer_id, **values)  # type: ignore[arg-type]


def _back(customer_id: int, **values: object) -> Response:
    return redirect(_url(customer_id, **values))
