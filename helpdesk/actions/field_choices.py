"""Renaming a choice of a custom field: what was chosen stays chosen, under the new name."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from helpdesk.actions import audit
from helpdesk.actions.custom_fields import MOST_NAME, held_field
from helpdesk.actions.field_words import find_anew
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import CustomField, FieldValue, NotPossible, SavedView
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.article_words import one_line
from helpdesk.rules.custom_field import operator_of
from helpdesk.rules.ticket_filter import read, written


def rename_choice(desk: Desk, actor: Actor, field_id: int, was: str, becomes: str) -> None:
    """Give a choice another name, wherever it was chosen: in tickets, customers and saved views.

    The search finds by the new name a moment later. Raises ``NotFound``, ``NotPossible``.
    """
    actor.must_be(Role.ADMIN)
    name = one_line(becomes)[:MOST_NAME]
    with desk.write() as session:
        field = held_field(session, field_id)
        if was not in field.choices:
            raise NotFound("There is no such choice.")
        if not name:
            raise NotPossible("Give the choice a name.")
        if any(name.casefold() == one.casefold() for one in field.choices if one != was):
            raise NotPossible("There is the choice %(choice)s already.", choice=name)
        field.choices = [name if one == was else one for one in field.choices]
        session.execute(
            update(FieldValue)
            .where(FieldValue.field_id == field.id, FieldValue.value == was)
            .values(value=name)
            .execution_options(synchronize_session=False)
        )
        find_anew(session, field, FieldValue.value == name)
        _let_views_follow(session, field, was, name)
        audit.record(
            session, actor, "field.choice_renamed", reason=field.name_en,
            key=field.key, noun=field.noun, was=was, becomes=name,
        )  # fmt: skip


def _let_views_follow(session: WriteSession, field: CustomField, was: str, becomes: str) -> None:
    asks = SavedView.query.contains(f"{field.rule.column}=", autoescape=True)
    for view in session.scalars(select(SavedView).where(asks)):
        wanted = read(view.query)
        fields = tuple(
            (key, _followed(word, was, becomes) if key == field.key else word)
            for key, word in wanted.fields
        )
        view.query = written(replace(wanted, fields=fields))


def _followed(word: str, was: str, becomes: str) -> str:
    operator, choice = operator_of(word)
    if choice.casefold() != was.casefold():
        return word
    return becomes if operator == "is" else f"{operator}:{becomes}"
