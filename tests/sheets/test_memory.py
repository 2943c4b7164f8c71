"""A table is read in the same memory however many rows it has."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.reading import look_through
from helpdesk.sheets.shared_words import SharedWords
from tests.sheets.test_reading import MAIN, kept, packed

FEW, MANY = 3000, 15_000
SLACK = 100_000  # bytes; the larger one has more than 1 MB more of words alone


def csv(path: Path, rows: int) -> None:
    path.write_text("ID,Words\n" + "".join(f"{n},{'word' * 20}\n" for n in range(rows)))


def with_shared_words(path: Path, rows: int) -> None:
    """As spreadsheets save it: each cell is the number of a word that stands elsewhere."""
    cells = b"".join(b"<row><c t='s'><v>%d</v></c></row>" % n for n in range(rows + 1))
    words = b"".join(b"<si><t>%d %s</t></si>" % (n, b"word" * 20) for n in range(rows + 1))
    sheet = b"<worksheet " + MAIN + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    path.write_bytes(packed(sheet, b"<sst " + MAIN + b">" + words + b"</sst>"))


@pytest.mark.parametrize("make", [csv, with_shared_words])
def test_many_rows_are_read_in_the_memory_of_few(
    tmp_path: Path, make: Callable[[Path, int], None]
) -> None:
    peaks = []
    for rows in (FEW, FEW, MANY):  # the first one loads what is loaded once
        make(tmp_path / "table", rows)
        tracemalloc.start()
        assert look_through(tmp_path / "table").rows == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 1.1 + SLACK, peaks


def test_shared_words_are_taken_as_far_as_they_are_asked_for_and_stay() -> None:
    coming = iter([f"word {n}" for n in range(5000)])
    with SharedWords(coming) as shared:
        assert shared[1] == "word 1"
        assert next(coming) == "word 1000"
        assert shared[4000] == "word 4001", "one was taken away"
        assert (shared[0], shared[999], shared[5000]) == ("word 0", "word 999", "")


def test_a_cell_that_no_spreadsheet_could_hold_is_refused(tmp_path: Path) -> None:
    cell = b"<row><c t='inlineStr'><is><t>%s</t></is></c></row>"
    sheet = b"<worksheet " + MAIN + b"><sheetData>" + cell % b"a" + cell % (b"x" * 200_000)
    with pytest.raises(BadSheet, match="too much text"):
        look_through(kept(tmp_path, packed(sheet + b"</sheetData></worksheet>")))
