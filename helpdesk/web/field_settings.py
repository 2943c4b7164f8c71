"""The admins' pages of custom fields, and of causes and remedies of complaints."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import complaints, custom_fields, field_choices
from helpdesk.actions.complaints import Entry
from helpdesk.actions.custom_fields import Definition
from helpdesk.models import NotPossible
from helpdesk.queries.complaints import reasons
from helpdesk.queries.custom_fields import fields_of
from helpdesk.rules.actor import Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.web import words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _

blueprint = Blueprint("field_settings", __name__, url_prefix="/settings")
blueprint.before_request(must_be_signed_in)

Word = TypeVar("Word", FieldKind, FieldNoun)


@blueprint.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@blueprint.get("/fields")
def fields() -> str:
    """Every custom field, of tickets and of customers, and a form for one more."""
    with desk().read() as session:
        groups = [(noun, fields_of(session, noun, all_of_them=True)) for noun in FieldNoun]
    return render_template(
        "settings/fields.html", groups=groups,
        kind_words=words.field_kinds(), noun_words=words.field_nouns(),
    )  # fmt: skip


@blueprint.post("/fields")
def add_field() -> Response:
    form = request.form
    custom_fields.add_field(
        desk(), actor(), _word(FieldNoun, "noun"), form.get("key", "").strip(),
        _word(FieldKind, "kind"), _definition(active=True),
    )  # fmt: skip
    return redirect(url_for("field_settings.fields"))


@blueprint.post("/fields/<int:field_id>")
def change_field(field_id: int) -> Response:
    wanted = _definition(active=request.form.get("active") == "yes")
    custom_fields.change_field(desk(), actor(), field_id, wanted)
    return redirect(url_for("field_settings.fields"))


@blueprint.post("/fields/<int:field_id>/choices")
def rename_choice(field_id: int) -> Response:
    form = request.form
    rename_to = form.get("name", "")
    field_choices.rename_choice(desk(), actor(), field_id, form.get("choice", ""), rename_to)
    return redirect(url_for("field_settings.fields"))


def _word(words: type[Word], name: str) -> Word:
    try:
        return words(request.form.get(name, ""))
    except ValueError:
        raise NotPossible(_("Choose what the field is for, and what stands in it.")) from None


def _definition(*, active: bool) -> Definition:
    form = request.form
    return Definition(
        form.get("name_en", ""), form.get("name_zh", ""),
        tuple(form.get("choices", "")[:20_000].splitlines()),
        required=form.get("required") == "yes", active=active, position=_position(),
        public=form.get("public") == "yes", public_required=form.get("public_required") == "yes",
    )  # fmt: skip


def _position() -> int:
    given = request.form.get("position", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


@blueprint.get("/complaints")
def complaint_reasons() -> str:
    """Why customers complain, and what we do about it."""
    with desk().read() as session:
        known = reasons(session)
    groups = [(part, [r for r in known if r.part == part]) for part in complaints.PARTS]
    return render_template("settings/complaints.html", groups=groups, part_words=words.parts())


@blueprint.post("/complaints")
def add_reason() -> Response:
    complaints.add_reason(desk(), actor(), request.form.get("part", ""), _entry(active=True))
    return redirect(url_for("field_settings.complaint_reasons"))


@blueprint.post("/complaints/<int:reason_id>")
def change_reason(reason_id: int) -> Response:
    wanted = _entry(active=request.form.get("active") == "yes")
    complaints.change_reason(desk(), actor(), reason_id, wanted)
    return redirect(url_for("field_settings.complaint_reasons"))


def _entry(*, active: bool) -> Entry:
    form = request.form
    return Entry(form.get("name_en", ""), form.get("name_zh", ""), active, _position())
