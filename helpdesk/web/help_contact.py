"""Writing to the people: the contact form, which shows fitting articles before it sends."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from flask import request, url_for
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from limits import RateLimitItemPerHour
from wtforms import EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Regexp

from helpdesk.actions import contact_form, help_visits, knowledge
from helpdesk.actions.contact_form import ContactForm
from helpdesk.actions.knowledge import Answer
from helpdesk.extensions import limiter
from helpdesk.web import contact_fields
from helpdesk.web.contact_fields import Asked
from helpdesk.web.current import desk
from helpdesk.web.help_blueprint import blueprint, page_tag, visit
from helpdesk.web.help_pages import HREFLANG, card, everywhere, page
from helpdesk.web.language import _

_FORM_ID = re.compile(r"[0-9a-f]{32}")


class WriteForm(FlaskForm):
    email = EmailField(
        validators=[InputRequired(), Length(max=200), Email(), Regexp(r"[\x21-\x7e]+\Z")]
    )
    name = StringField(validators=[Length(max=100)])
    subject = StringField(validators=[InputRequired(), Length(max=200)])
    text = TextAreaField(validators=[InputRequired(), Length(max=20_000)])
    form_id = HiddenField()
    website = StringField()  # people do not see it; programs fill it in


@blueprint.get("/contact")
def contact() -> str:
    form = WriteForm()
    form.subject.data = form.subject.data or request.args.get("q", "")[:200]
    return _page(form, contact_fields.asked())


@blueprint.post("/contact")
def send() -> str | tuple[str, int]:
    form, answers = WriteForm(), contact_fields.answered()
    if not form.validate() or any(one.error for one in answers):
        return _page(form, answers), 400
    if not form.website.data and request.form.get("then") != "send":
        answer = knowledge.ask(
            desk(), f"{form.subject.data}\n{form.text.data}", page_tag(),
            place="form", public_only=True, visit=visit(),
        )  # fmt: skip
        if answer.articles:
            return _page(form, answers, answer)
    return _sent(form, answers)


def _sent(form: WriteForm, answers: Sequence[Asked]) -> str | tuple[str, int]:
    limit = RateLimitItemPerHour(desk().settings.contact_forms_per_hour)
    if not limiter.limiter.hit(limit, "contact-form", get_remote_address()):
        said = _("Many messages came from your network. Please try again in an hour.")
        return _page(form, answers, said=said), 429
    written = _written(form, answers)
    ticket = None if form.website.data else contact_form.send(desk(), written).ticket
    if ticket is not None and (visit_id := visit()) is not None:
        help_visits.ticket_followed(desk(), visit_id, ticket)
    return _page(WriteForm(formdata=None), sent_to=form.email.data)


def _written(form: WriteForm, answers: Sequence[Asked]) -> ContactForm:
    return ContactForm(
        form_id=_form_id(form),
        email=form.email.data.strip().lower(),
        name=form.name.data or "",
        subject=form.subject.data,
        text=form.text.data,
        language=HREFLANG[page_tag()],
        fields=contact_fields.kept(answers),
    )


def _form_id(form: WriteForm) -> str:
    given = form.form_id.data or ""
    return given if _FORM_ID.fullmatch(given) else uuid.uuid4().hex


def _page(
    form: WriteForm,
    asked: Sequence[Asked] = (),
    answer: Answer | None = None,
    *,
    said: str = "",
    sent_to: str = "",
) -> str:
    form.form_id.data = _form_id(form)
    return page(
        "contact.html",
        path=url_for("help.contact", lang=page_tag()),
        others=everywhere("/help/contact?lang={}"),
        title=_("Write to us"),
        form=form,
        asked=asked,
        matches=[card(one, answer.question_id) for one in answer.articles] if answer else [],
        said=said,
        sent_to=sent_to,
        errors=_errors(form) | {one.name: one.error for one in asked},
    )


def _errors(form: WriteForm) -> dict[str, str]:
    words = {
        "email": _("Write your email, so that we can answer: it looks like name@site.com."),
        "subject": _("Say in a few words what it is about."),
        "text": _("Write your message."),
        "name": _("This name is too long."),
    }
    return {name: words[name] for name in form.errors if name in words}
