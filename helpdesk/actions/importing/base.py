"""What the importers of all nouns share.

A row is first decided against what the record has, which changes nothing; that is all that a
check does. Then the decisions of a batch are written together. What was written is kept beside the
row, so that it can be put back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from helpdesk.database import WriteSession
from helpdesk.models import ImportOutcome
from helpdesk.models.import_run import Outcome
from helpdesk.rules.actor import Actor
from helpdesk.rules.import_values import RefusedRow, Values


@dataclass(slots=True)
class Decision:
    """What becomes of a row. ``changes`` are {column: (before, after)} of its record, ``fields``
    the same of its custom fields by key; ``added`` is what was written beside it: (table, id)."""

    values: Values
    key: str = ""
    outcome: Outcome = Outcome.UNCHANGED
    record_id: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    fields: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    added: list[tuple[str, int]] = field(default_factory=list)
    refusal: RefusedRow | None = None

    @property
    def after(self) -> dict[str, Any]:
        return {name: after for name, (_before, after) in self.changes.items()}


class Importer(ABC):
    """Takes in the rows of one noun, on behalf of ``actor``."""

    table: ClassVar[Table]

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @abstractmethod
    def identities(self, values: Values) -> tuple[str, ...]:
        """By what a row is known, the surest first. Raises ``RefusedRow`` when by nothing."""

    @abstractmethod
    def load(self, session: WriteSession, rows: Sequence[Values]) -> None:
        """Read what the record has of these rows."""

    @abstractmethod
    def decide(self, values: Values) -> Decision:
        """What is to become of a row. Raises ``RefusedRow``."""

    @abstractmethod
    def write(self, session: WriteSession, decisions: Sequence[Decision]) -> None:
        """Make the decisions true, and give those that create their ``record_id``."""

    def put_back(self, session: WriteSession, row: ImportOutcome) -> None:
        """Make a written row as if it had not been. Raises ``RefusedRow`` and changes nothing
        when somebody changed the record since, or refers to it."""
        try:
            with session.begin_nested():
                self._put_back(session, row)
        except IntegrityError:
            raise RefusedRow("Other records refer to it by now.") from None

    def _put_back(self, session: WriteSession, row: ImportOutcome) -> None:
        changes: dict[str, list[Any]] = row.data.get("changes", {})
        self._must_be_as_left(session, row, changes)
        self._put_fields_back(session, row)
        for table, number in reversed(row.data.get("added", [])):
            self._remove(session, table, number)
        if row.outcome == Outcome.CREATED.value:
            session.execute(delete(self.table).where(self.table.c.id == row.record_id))
        elif changes:
            before = {name: typed(self.table, name, was) for name, (was, _is) in changes.items()}
            at = self.table.c.id == row.record_id
            session.execute(update(self.table).where(at).values(**before))

    def _must_be_as_left(
        self, session: WriteSession, row: ImportOutcome, changes: dict[str, list[Any]]
    ) -> None:
        record = session.execute(
            select(self.table).where(self.table.c.id == row.record_id).with_for_update()
        ).one_or_none()
        if record is None:
            raise RefusedRow("It is not there any more.")
        for name, (_before, after) in changes.items():
            if plain(record._mapping[name]) != after:
                raise RefusedRow("Somebody changed it since: %(field)s.", field=name)

    def _put_fields_back(self, session: WriteSession, row: ImportOutcome) -> None:  # noqa: B027
        """Put the custom fields back, of a noun that has some. Raises ``RefusedRow``."""

    def _remove(self, session: WriteSession, table: str, number: int) -> None:
        beside = self.table.metadata.tables[table]
        session.execute(delete(beside).where(beside.c.id == number))


def differences(record: Any, wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What of ``wanted`` the record, if there is one, does not say: {column: (before, after)}."""
    before = {name: getattr(record, name) if record is not None else None for name in wanted}
    return {
        name: (before[name], after)
        for name, after in wanted.items()
        if after is not None and before[name] != after
    }


def insert_all(
    session: WriteSession, table: Table, rows: Sequence[dict[str, Any]]
) -> Iterable[int]:
    """Insert the rows in few statements; their ids, in order."""
    if not rows:
        return ()
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return session.connection().execute(statement, list(rows)).scalars().all()


def update_all(session: WriteSession, table: Table, decisions: Iterable[Decision]) -> None:
    """Write the changes of decisions about records that exist."""
    for one in decisions:
        if one.changes:
            at = table.c.id == one.record_id
            session.connection().execute(update(table).where(at).values(**one.after))


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def typed(table: Table, column: str, value: Any) -> Any:
    """A value of ``column`` as it was before JSON kept it."""
    if value is None:
        return None
    kind = table.c[column].type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
