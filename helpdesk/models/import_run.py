"""Imports: one run of a file, and what became of each of its rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now


class RunState(StrEnum):
    DRAFT = "draft"  # the columns are still to be confirmed
    DUE = "due"  # a worker has it, or takes it next
    DONE = "done"
    FAILED = "failed"  # the file cannot be read on; ``reason`` says why


class RunTask(StrEnum):
    CHECK = "check"  # say what would happen, change nothing
    IMPORT = "import"
    UNDO = "undo"


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class ImportRun(Base):
    """One file that is taken in. ``position`` is how many rows are behind; it moves in the same
    transaction as the rows, so that a killed worker's successor goes on where it was."""

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_state", "state", "id"),)

    id: Mapped[Id]
    noun: Mapped[Word]  # helpdesk.rules.import_fields.NOUNS
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    agent_name: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    encoding: Mapped[Word]  # of a CSV; "xlsx"
    headers: Mapped[list[Any]]
    mapping: Mapped[list[Any]]  # a field's name for each header, "" for none
    region: Mapped[Word] = mapped_column(default="")  # of phone numbers without a country
    rows: Mapped[int]
    task: Mapped[Word] = mapped_column(default=RunTask.CHECK.value)
    state: Mapped[Word] = mapped_column(default=RunState.DRAFT.value)
    position: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    put_back: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_importing_done(self) -> bool:
        return (self.task, self.state) == (RunTask.IMPORT.value, RunState.DONE.value)

    def begin(self, task: RunTask) -> None:
        """Be due for ``task`` from the first row on."""
        self.task, self.state, self.reason = task.value, RunState.DUE.value, ""
        self.position, self.lease_until = 0, None
        if task is RunTask.UNDO:
            self.put_back = self.kept = 0
        else:
            self.created = self.updated = self.unchanged = self.refused = 0

    def count(self, outcome: str, number: int = 1) -> None:
        setattr(self, outcome, getattr(self, outcome) + number)


class ImportOutcome(Base):
    """What became of one row. ``data`` has ``changes`` ({field: [before, after]}), what was
    ``added`` beside the record, and the ``values`` of the reason's words."""

    __tablename__ = "import_outcomes"
    __table_args__ = (
        UniqueConstraint("run_id", "row"),
        Index("ix_import_outcomes_key", "run_id", "key"),
        Index("ix_import_outcomes_outcome", "run_id", "outcome", "row"),
    )

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    row: Mapped[int]  # as a spreadsheet counts: the headers are row 1
    key: Mapped[str] = mapped_column(default="")  # who or what the row is about
    outcome: Mapped[Word]
    record_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone: Mapped[Word] = mapped_column(default="")  # put_back, kept
