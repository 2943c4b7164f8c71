"""Rows of the first sheet of an XLSX, read as a stream.

A packed file can unpack to anything, so what comes out is counted while it comes; a cell far away
from the others costs nothing, for rows are read one by one and never laid out as a grid.
Formulas count as the value that was saved with them.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

from lxml import etree

from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.csv_reading import MOST_CHARACTERS
from helpdesk.sheets.shared_words import SharedWords

MOST_UNPACKED = 400_000_000  # bytes
MOST_COLUMN = 400
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_COLUMN = re.compile(r"[A-Z]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def is_xlsx(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def lines(path: Path) -> Iterator[list[str]]:
    """The cells of each row of the first sheet. Raises ``BadSheet``."""
    try:
        with zipfile.ZipFile(path) as archive:
            name = _first_sheet(archive)
            with SharedWords(_strings(archive)) as shared, _opened(archive, name) as sheet:
                yield from _rows(sheet, shared)
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, EOFError,
            NotImplementedError, RuntimeError, UnicodeError):  # fmt: skip
        raise BadSheet("This is no XLSX that can be read. Save it again, or as CSV.") from None


class _Counted:
    """A member of the archive that stops where too much comes out of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_UNPACKED

    def read(self, size: int = 65_536) -> bytes:
        data = self._file.read(min(size, 1 << 20) if size > 0 else 65_536)
        self._left -= len(data)
        if self._left < 0:
            raise BadSheet("This file unpacks to more than %(most)s MB. Split it.",
                           most=MOST_UNPACKED // 1_000_000)  # fmt: skip
        return data

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


def _opened(archive: zipfile.ZipFile, name: str) -> _Counted:
    return _Counted(archive.open(name))


def _elements(file: _Counted, tag: str) -> Iterator[Any]:
    """Each element of this tag once it is whole; it is forgotten when the next one is wanted."""
    walk = etree.iterparse(
        cast(Any, file), tag=tag, resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False,
    )  # fmt: skip
    for _event, element in walk:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _strings(archive: zipfile.ZipFile) -> Iterator[str]:
    """The words that cells refer to by number."""
    if "xl/sharedStrings.xml" in archive.namelist():
        with _opened(archive, "xl/sharedStrings.xml") as file:
            for item in _elements(file, f"{MAIN}si"):
                yield _text(item)


def _text(element: Any) -> str:
    """The words of an element, without the phonetic guides beside them."""
    words = "".join(
        part.text or "" for part in element.iter(f"{MAIN}t")
        if part.getparent().tag != f"{MAIN}rPh"
    )  # fmt: skip
    if len(words) > MOST_CHARACTERS:
        raise BadSheet("This file holds too much text. Split it.")
    return words


def _first_sheet(archive: zipfile.ZipFile) -> str:
    with _opened(archive, "xl/workbook.xml") as file:
        link = next((sheet.get(ID) for sheet in _elements(file, f"{MAIN}sheet")), None)
    with _opened(archive, "xl/_rels/workbook.xml.rels") as file:
        for one in _elements(file, f"{LINKS}Relationship"):
            if one.get("Id") == link:
                target = one.get("Target", "").removeprefix("/")
                return target if target.startswith("xl/") else f"xl/{target}"
    raise BadSheet("This XLSX has no sheet.")


def _rows(sheet: _Counted, shared: SharedWords) -> Iterator[list[str]]:
    for row in _elements(sheet, f"{MAIN}row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{MAIN}c"):
            place = _place(cell.get("r", ""), len(cells))
            if place >= MOST_COLUMN:
                continue
            cells.extend([""] * (place - len(cells)))
            cells[place:] = [_value(cell, shared)]
        yield cells


def _place(reference: str, following: int) -> int:
    """The number of a cell's column, from 0: of "C7", 2."""
    match = _COLUMN.match(reference)
    if match is None:
        return following
    number = 0
    for letter in match.group():
        number = number * 26 + ord(letter) - 64
    return max(number - 1, following)


def _value(cell: Any, shared: SharedWords) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell).replace("\0", "")
    value = cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return shared[int(value)] if _NUMBER.fullmatch(value) else ""
    if kind == "e":
        return ""  # #N/A and its like say nothing
    return _plain_number(value) if kind == "n" else value


def _plain_number(value: str) -> str:
    """A number as it would be typed: 447911123456, not 4.47911123456E+11."""
    if "E" not in value.upper() and not value.endswith(".0"):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 1e16:
        return f"{number:.0f}"
    # A spreadsheet has 15 digits, whatever it writes behind them.
    return f"{Decimal(f'{number:.15g}'):f}" if 1e-5 > abs(number) > 1e-20 else value
