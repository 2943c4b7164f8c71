"""A batch of an import: which rows are decided together, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from helpdesk.actions.importing.base import Decision, Importer, plain
from helpdesk.database import WriteSession
from helpdesk.models import ImportOutcome, ImportRun
from helpdesk.models.import_run import Outcome
from helpdesk.rules.import_values import Customs, RefusedRow, cleaned

HEAVY = 1_000_000  # characters of one batch, which is in memory as a whole


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its number in a spreadsheet, its cells by field."""

    number: int
    cells: dict[str, list[str]]
    is_ragged: bool

    @property
    def weight(self) -> int:
        """How many characters there are to take in."""
        return sum(len(cell) for cells in self.cells.values() for cell in cells)


Numbered = tuple[int, Decision]
"""What is decided of a row, with its number in a spreadsheet."""


def batches(
    lines: Iterator[Line], rows: Importer, customs: Customs, size: int
) -> Iterator[list[Numbered]]:
    """Rows that are decided together. Of whom one row of a batch tells, no other one does: the
    second waits for the next batch, which finds what the first has written. Rows of long texts
    make small batches."""
    batch: list[Numbered] = []
    known: set[str] = set()
    weight = 0
    for line in lines:
        decision, identities = _read(line, rows, customs)
        if len(batch) == size or weight > HEAVY or known.intersection(identities):
            yield batch
            batch, known, weight = [], set(), 0
        batch.append((line.number, decision))
        known.update(identities)
        weight += line.weight
    if batch:
        yield batch


def _read(line: Line, rows: Importer, customs: Customs) -> tuple[Decision, tuple[str, ...]]:
    try:
        if line.is_ragged:
            raise RefusedRow("The row has more cells than there are headers.")
        values = cleaned(line.cells, customs)
        identities = rows.identities(values)
    except RefusedRow as refusal:
        return Decision({}, refusal=refusal), ()
    return Decision(values, key=identities[0]), identities


def outcomes(
    session: WriteSession,
    run: ImportRun,
    rows: Importer,
    batch: Sequence[Numbered],
    *,
    is_check: bool,
) -> list[dict[str, object]]:
    """Decide a batch, write it unless this is a check, and say what became of each row."""
    before = _seen_before(session, run, [one.key for _row, one in batch if one.key])
    readable = [one.values for _row, one in batch if one.refusal is None]
    rows.load(session, readable)
    decided = [(row, _decided(rows, one, before)) for row, one in batch]
    if not is_check:
        rows.write(session, [one for _row, one in decided if one.refusal is None])
        session.flush()
    return [_outcome(run, row, one) for row, one in decided]


def _seen_before(session: WriteSession, run: ImportRun, keys: Sequence[str]) -> dict[str, int]:
    """In which row of this file the same record stood already."""
    found = session.execute(
        select(ImportOutcome.key, ImportOutcome.row).where(
            ImportOutcome.run_id == run.id,
            ImportOutcome.key.in_(keys),
            ImportOutcome.outcome != Outcome.REFUSED.value,
        )
    )
    return dict(found.all())


def _decided(rows: Importer, read: Decision, before: dict[str, int]) -> Decision:
    if read.refusal is not None:
        return read
    try:
        if read.key in before:
            raise RefusedRow("The same stands in row %(row)s already.", row=before[read.key])
        decision = rows.decide(read.values)
    except RefusedRow as refusal:
        read.refusal = refusal
        return read
    decision.key = read.key
    return decision


def _outcome(run: ImportRun, row: int, decision: Decision) -> dict[str, object]:
    refusal = decision.refusal
    data: dict[str, object] = {}
    if refusal is not None and refusal.values:
        data["values"] = {name: str(value) for name, value in refusal.values.items()}
    if decision.changes:
        changes = decision.changes.items()
        data["changes"] = {name: [plain(was), plain(is_)] for name, (was, is_) in changes}
    if decision.fields:
        data["fields"] = {key: list(change) for key, change in decision.fields.items()}
    if decision.added:
        data["added"] = [list(one) for one in decision.added]
    return {
        "run_id": run.id,
        "row": row,
        "key": decision.key,
        "outcome": (Outcome.REFUSED if refusal else decision.outcome).value,
        "record_id": decision.record_id,
        "reason": refusal.words if refusal else "",
        "data": data,
        "undone": "",
    }
