"""The desk's own fields in imported rows: read, compared, written and put back by the batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update

from helpdesk.actions.importing.base import Decision
from helpdesk.database import WriteSession
from helpdesk.models import CustomField, FieldValue, ImportOutcome
from helpdesk.queries.custom_fields import fields_of
from helpdesk.rules.custom_field import PREFIX, Field, FieldNoun
from helpdesk.rules.import_values import RefusedRow, Values

VALUES = cast(Table, FieldValue.__table__)


class FieldColumns:
    """What a batch says in ``field.KEY``, beside what stands there. Empty cells change nothing."""

    def __init__(self, noun: FieldNoun) -> None:
        self._noun = noun
        self._whose = VALUES.c[f"{noun.value}_id"]
        self._fields: dict[str, CustomField] = {}
        self._there: dict[tuple[int, str], str] = {}

    def load(
        self, session: WriteSession, rows: Sequence[Values], numbers: Collection[int] = ()
    ) -> None:
        """Read what the records ``numbers`` have, if a row says anything of a field."""
        self._there = {}
        if not any(name.startswith(PREFIX) for row in rows for name in row):
            return
        self._fields = {field.key: field for field in fields_of(session, self._noun)}
        if numbers:
            self._there = self._values(session, numbers)

    def _values(
        self, session: WriteSession, numbers: Collection[int]
    ) -> dict[tuple[int, str], str]:
        found = session.execute(
            select(self._whose, CustomField.key, VALUES.c.value)
            .join(CustomField, CustomField.id == VALUES.c.field_id)
            .where(self._whose.in_(numbers), CustomField.active.is_(True))
        )
        return {(number, key): value for number, key, value in found}

    def differences(
        self, values: Values, number: int | None = None
    ) -> dict[str, tuple[str | None, str]]:
        """What the record, if there is one, does not say: {key: (before, after)}."""
        said = {n.removeprefix(PREFIX): v for n, v in values.items() if n.startswith(PREFIX)}
        before = {key: self._there.get((number or 0, key)) for key in said}
        return {key: (before[key], v) for key, v in said.items() if before[key] != v}

    def write(self, session: WriteSession, decisions: Iterable[Decision]) -> None:
        """Make the fields of decisions true whose records stand."""
        changes = [
            (self._fields[key], one.record_id, before, after)
            for one in decisions
            for key, (before, after) in one.fields.items()
        ]
        new = [_row(field, after) | {self._whose.name: number}
               for field, number, before, after in changes if before is None]  # fmt: skip
        if new:
            session.connection().execute(insert(VALUES), new)
        for field, number, before, after in changes:
            if before is not None:
                at = (VALUES.c.field_id == field.id) & (self._whose == number)
                session.connection().execute(update(VALUES).where(at).values(**_row(field, after)))

    def put_back(self, session: WriteSession, row: ImportOutcome) -> None:
        """Let the fields be as they were. Raises ``RefusedRow`` where one was changed since."""
        changes: dict[str, list[str | None]] = row.data.get("fields", {})
        for field in fields_of(session, self._noun, all_of_them=True) if changes else ():
            if field.key in changes:
                self._put_one_back(session, row, field, *changes[field.key])

    def _put_one_back(
        self,
        session: WriteSession,
        row: ImportOutcome,
        field: CustomField,
        before: str | None,
        after: str | None,
    ) -> None:
        at = (VALUES.c.field_id == field.id) & (self._whose == row.record_id)
        if session.scalar(select(VALUES.c.value).where(at)) != after:
            raise RefusedRow("Somebody changed it since: %(field)s.", field=field.name_en)
        if before is None:
            session.execute(delete(VALUES).where(at))
        else:
            session.execute(update(VALUES).where(at).values(**_row(field, before)))


def _row(field: CustomField, text: str) -> dict[str, Any]:
    return {"field_id": field.id, "value": text, "number": _number(field.rule, text)}


def _number(rule: Field, text: str) -> float | None:
    return float(text) if rule.kind.value == "number" else None
