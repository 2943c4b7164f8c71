"""Settings: business hours and holidays."""

from __future__ import annotations

from zoneinfo import available_timezones

from babel.dates import get_day_names
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import business_hours
from helpdesk.models import BusinessHours
from helpdesk.models.visibility import NotFound
from helpdesk.queries.business_calendar import all_hours
from helpdesk.rules.business_time import hours_text
from helpdesk.rules.refusal import Refusal
from helpdesk.web import hours_form
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _, locale_name
from helpdesk.web.settings_pages import must_be_admin

OFFICE = ["9:00-17:00"] * 5 + ["", ""]

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("hours", __name__, url_prefix="/settings/hours")
blueprint.before_request(must_be_signed_in)
blueprint.before_request(must_be_admin)


@blueprint.get("")
def all_of_them() -> str:
    with desk().read() as reading:
        rows = all_hours(reading)
    return render_template(
        "settings/hours_list.html", rows=rows, days=_days(), hours_text=hours_text
    )


@blueprint.get("/new")
def new() -> str:
    return _form(None)


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    return _form(_hours(number))


@blueprint.post("")
def create() -> Answer:
    return _saved(None)


@blueprint.post("/<int:number>")
def change(number: int) -> Answer:
    return _saved(_hours(number))


@blueprint.post("/<int:number>/removal")
def remove(number: int) -> Response:
    business_hours.remove(desk(), actor(), number)
    flash(_("Deleted."))
    return redirect(url_for("hours.all_of_them"))


def _saved(hours: BusinessHours | None) -> Answer:
    form = request.form
    try:
        business_hours.save(
            desk(),
            actor(),
            hours.id if hours else None,
            name=form.get("name", ""),
            timezone=form.get("timezone", "").strip(),
            week=tuple(hours_form.intervals(form.get(f"day-{n}", "")[:200]) for n in range(7)),
            holidays=hours_form.holidays(form.get("holidays", "")[:50_000]),
            is_default="default" in form,
        )
    except NotFound:
        raise
    except Refusal as fault:
        return _form(hours, translated(fault)), 409
    flash(_("Saved."))
    return redirect(url_for("hours.all_of_them"))


def _form(hours: BusinessHours | None, said: str = "") -> str:
    week = [hours_text(day) for day in hours.week] if hours else OFFICE
    known = {holiday.day: holiday.name for holiday in hours.holidays} if hours else {}
    return render_template(
        "settings/hours.html",
        hours=hours,
        week=week,
        days=_days(),
        holidays=hours_form.holidays_text(known),
        zones=sorted(available_timezones()),
        zone=hours.timezone if hours else desk().settings.timezone,
        said=said,
        given=request.form if request.method == "POST" else None,
    )


def _hours(number: int) -> BusinessHours:
    with desk().read() as reading:
        found = {one.id: one for one in all_hours(reading)}
    if number not in found:
        raise NotFound("There are no such business hours.")
    return found[number]


def _days() -> list[str]:
    """Monday to Sunday in the reader's words."""
    names = get_day_names("wide", locale=locale_name())
    return [str(names[n]) for n in range(7)]
