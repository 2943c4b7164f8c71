"""Rows of a CSV, whichever sign stands between its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from helpdesk.sheets.bad_sheet import BadSheet

MOST_CHARACTERS = 100_000  # of one cell
MOST_LINE = 4_000_000  # characters of one line
SAMPLE = 8192
DELIMITERS = ",;\t|"


def lines(path: Path, encoding: str) -> Iterator[list[str]]:
    """The cells of each row. Raises ``BadSheet`` where the quoting makes no sense."""
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file)
        csv.field_size_limit(MOST_CHARACTERS)
        reader = csv.reader(_bounded(file), delimiter=delimiter, strict=False)
        try:
            yield from reader
        except csv.Error:
            raise BadSheet("Line %(line)s cannot be read: a cell is too long, or a quotation mark "
                           "is not closed.", line=reader.line_num) from None  # fmt: skip


def _delimiter(file: io.TextIOWrapper) -> str:
    """The sign that stands most often in the first line, outside of quotes."""
    first = file.read(SAMPLE).split("\n", 1)[0]
    file.seek(0)
    bare = "".join(first.split('"')[0::2])
    return max(DELIMITERS, key=bare.count)


def _bounded(file: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise BadSheet("Line %(line)s is too long to be a row.", line=number)
        yield line.replace("\0", "")
