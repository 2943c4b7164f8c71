"""Writing a table as a stream of bytes, so that no list is too long to be exported.

What a spreadsheet would take for a formula is written as words (CSV injection:
https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape

Cell = str | int | Decimal | datetime | None

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_CHARACTERS = 32_767  # that a cell of a spreadsheet holds

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")
_LIKE_GUARDED = re.compile(r"'+\s*[=+\-@＝＋－＠]")  # it gets one more, which an import takes off
_NUMBER = re.compile(r"[+-]?[\d ().]+")  # a phone number stays one
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def written(kind: str, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The bytes of a file of ``kind`` ("csv" or "xlsx"), the first row being its headers."""
    return _xlsx(rows) if kind == "xlsx" else _csv(rows)


def harmless(words: str) -> str:
    """``words`` as a spreadsheet shows them, never as it would reckon them out."""
    if _FORMULA.match(words) and not _NUMBER.fullmatch(words):
        return f"'{words}"
    return words


def _csv(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # else spreadsheets read Chinese as Latin letters
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([harmless(_said(cell)) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, Decimal):
        return f"{cell:f}"  # never 1E-9
    return _UNWRITABLE.sub("", str(cell))


class _Pipe(io.RawIOBase):
    """What the archive writes, until it is taken away."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self._parts.append(bytes(data))  # type: ignore[call-overload]
        return len(self._parts[-1])

    def taken(self) -> bytes:
        data, self._parts = b"".join(self._parts), []
        return data


def _xlsx(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_SHEET_BEGINS)
            for row in rows:
                sheet.write(f"<row>{''.join(map(_cell, row))}</row>".encode())
                yield pipe.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield pipe.taken()


def _cell(cell: Cell) -> str:
    words = _said(cell)[:MOST_CHARACTERS]
    if isinstance(cell, int | Decimal):
        return f"<c><v>{words}</v></c>"
    words = escape(f"'{words}" if _LIKE_GUARDED.match(words) else words)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_BEGINS = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
    f'Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Export" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
