"""Reading a table: the headers, then row after row, whatever the file is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from helpdesk.sheets import csv_reading, xlsx_reading
from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.encoding import encoding_of

MOST_COLUMNS = 200
MOST_ROWS = 1_000_000
XLSX = "xlsx"

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that has been looked through once: its headers, and how many rows follow."""

    encoding: str  # "xlsx", or that of the CSV
    headers: list[str]
    rows: int


def look_through(path: Path) -> Sheet:
    """Read the whole file once. Raises ``BadSheet`` for what is no table."""
    if path.stat().st_size == 0:
        raise BadSheet("The file is empty.")
    encoding = XLSX if xlsx_reading.is_xlsx(path) else encoding_of(path)
    lines = _lines(path, encoding)
    headers = [cell.strip() for cell in next(lines, [])]
    while headers and not headers[-1]:
        headers.pop()
    _check_headers(headers)
    rows = sum(1 for _ in islice(lines, MOST_ROWS + 1))
    if rows == 0:
        raise BadSheet("The file has headers but no row.")
    if rows > MOST_ROWS:
        raise BadSheet("%(most)s rows are the most for one file. Split it.", most=MOST_ROWS)
    return Sheet(encoding, headers, rows)


def _check_headers(headers: list[str]) -> None:
    if not headers:
        raise BadSheet("The first row has no header. Name the columns in it.")
    if len(headers) > MOST_COLUMNS:
        raise BadSheet("The file has %(count)s columns; %(most)s are the most.",
                       count=len(headers), most=MOST_COLUMNS)  # fmt: skip
    named = [header.casefold() for header in headers if header]
    twice = next((header for header in named if named.count(header) > 1), None)
    if twice is not None:
        raise BadSheet("Two columns are called “%(header)s”. Rename or delete one.", header=twice)


def rows_of(path: Path, encoding: str, *, after: int = 0) -> Iterator[tuple[int, Cells]]:
    """(row as a spreadsheet counts, cells), without the first ``after`` rows below the headers."""
    lines = _lines(path, encoding)
    next(lines, None)
    yield from enumerate(islice(lines, after, None), after + 2)


def _lines(path: Path, encoding: str) -> Iterator[Cells]:
    """The rows that are not empty: blank lines between them count for nothing."""
    lines = xlsx_reading.lines(path) if encoding == XLSX else csv_reading.lines(path, encoding)
    return (cells for cells in lines if any(cells))
