"""The custom fields of the contact form: what is asked, what was answered, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from helpdesk.queries.custom_fields import asked_fields
from helpdesk.rules.custom_field import MOST_TEXT, Field, NotAValue
from helpdesk.web.current import desk
from helpdesk.web.errors import translated
from helpdesk.web.help_pages import in_script
from helpdesk.web.language import locale_name
from helpdesk.web.ticket_work import FIELD


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as the form draws it: with what was typed, and why that cannot be, if so."""

    field: Field
    label: str
    typed: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return FIELD + self.field.key


def asked() -> list[Asked]:
    """What the form asks beside the message, still empty."""
    with desk().read() as session:
        fields = asked_fields(session)
    return [Asked(field, in_script(field.named(locale_name()))) for field in fields]


def answered() -> list[Asked]:
    """The same with what was typed, each judged."""
    return [_judged(replace(one, typed=_typed(one.name))) for one in asked()]


def _typed(name: str) -> str:
    return request.form.get(name, "")[: MOST_TEXT * 2].strip()


def _judged(one: Asked) -> Asked:
    try:
        one.field.answered(one.typed)
    except NotAValue as fault:
        named = NotAValue(fault.words, **(fault.values | {"field": one.label}))
        return replace(one, error=translated(named))
    return one


def kept(answers: Sequence[Asked]) -> dict[str, str]:
    """Answers that are right, by key, as they are kept."""
    given = {one.field.key: one.field.answered(one.typed) for one in answers}
    return {key: text for key, text in given.items() if text}
