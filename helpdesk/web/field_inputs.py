"""An input for each custom field in the form of a filter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.queries.field_filter import known_fields
from helpdesk.rules.custom_field import Field, FieldKind, FieldNoun
from helpdesk.rules.ticket_filter import FieldWords
from helpdesk.web.language import _, locale_name


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A custom field in the form; ``choices`` as (value, words), none for what is typed."""

    name: str
    title: str
    choices: list[tuple[str, str]]
    value: str


def field_inputs(session: Session, noun: FieldNoun, words: FieldWords) -> list[FieldInput]:
    """The inputs, each with what the filter asks of its field."""
    asked, locale = dict(words), locale_name()
    rules = [known.rule for known in known_fields(session, noun).values()]
    return [
        FieldInput(rule.column, rule.named(locale), _choices(rule), asked.get(rule.key, ""))
        for rule in rules
    ]


def _choices(rule: Field) -> list[tuple[str, str]]:
    if rule.kind is FieldKind.CHECKBOX:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice, choice) for choice in rule.choices]
