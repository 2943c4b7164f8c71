"""Tables as people save them are read; what is no table is refused with a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.sheets import xlsx_reading
from helpdesk.sheets.bad_sheet import BadSheet
from helpdesk.sheets.reading import look_through, rows_of
from helpdesk.sheets.writing import Cell, harmless, written

CHINESE = "姓名,邮箱\n李明,li@x.example\n王小红,wang@x.example\n"
FRENCH = "name,email\nZoë Müller,z@x.example\nJosé García,j@x.example\n"


def kept(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "table"
    path.write_bytes(data)
    return path


def read(path: Path) -> list[list[str]]:
    sheet = look_through(path)
    rows = [cells for _row, cells in rows_of(path, sheet.encoding)]
    assert len(rows) == sheet.rows
    return [sheet.headers, *rows]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "utf-16"), (CHINESE, "gb18030"),
     (FRENCH, "cp1252"), (FRENCH, "utf-8"), (FRENCH, "utf-16"), (FRENCH, "utf-16-le")],
)  # fmt: skip
def test_every_encoding_of_the_field_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    expected = [line.split(",") for line in text.splitlines()]
    assert read(kept(tmp_path, text.encode(encoding))) == expected


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_every_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    data = f'a{sign}b\n"x{sign}y"{sign}"two\nlines"\n'.encode()
    assert read(kept(tmp_path, data)) == [["a", "b"], [f"x{sign}y", "two\nlines"]]


def test_rows_are_counted_as_a_spreadsheet_does_and_reading_goes_on_anywhere(
    tmp_path: Path,
) -> None:
    path = kept(tmp_path, b"a\n1\n2\n3\n")
    assert list(rows_of(path, "utf-8", after=1)) == [(3, ["2"]), (4, ["3"])]


BAD = {
    "empty": (b"", "is empty"),
    "only headers": (b"a,b\n", "no row"),
    "no headers": (b",,\n1,2\n", "no row"),
    "twice": (b"Email,name,email\n1,2,3\n", "Two columns are called"),
    "too wide": (",".join(f"c{i}" for i in range(201)).encode() + b"\n1\n", "201 columns"),
    "zeros": (b"\x00\x01\x02\x00binary\x00\x00\x00", "no text"),
    "half UTF-16": ("a,b\n1,2\n".encode("utf-16")[:-1], "does not go on so"),
    "no XLSX": (b"PK\x03\x04 nothing else", "no XLSX"),
    "one cell for ever": (b'a,b\n"' + b"x" * 200_000 + b"\n", "cannot be read"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, what: str) -> None:
    data, words = BAD[what]
    with pytest.raises(BadSheet, match=words):
        look_through(kept(tmp_path, data))


def test_zeros_within_text_are_left_out(tmp_path: Path) -> None:
    assert read(kept(tmp_path, "name\nA\0nn\n".encode("utf-8-sig")))[1] == ["Ann"]


def packed(sheet: bytes, strings: bytes = b"") -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        zipfile.ZipFile(io.BytesIO(b"".join(written("xlsx", [["a"], ["1"]])))) as good,
    ):
        for name in good.namelist():
            is_sheet = name.endswith("sheet1.xml")
            archive.writestr(name, sheet if is_sheet else good.read(name))
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
    return file.getvalue()


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_reading, "MOST_UNPACKED", 1_000_000)
    row = b"<row><c><v>1</v></c></row>"
    bomb = packed(b"<worksheet " + MAIN + b"><sheetData>" + row * 200_000)
    assert len(bomb) < 100_000
    with pytest.raises(BadSheet, match="unpacks to more"):
        look_through(kept(tmp_path, bomb))


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    sheet = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM '
        b'"file:///etc/passwd">]><worksheet ' + MAIN + b"><sheetData><row><c t='inlineStr'><is>"
        b"<t>head</t></is></c></row><row><c t='inlineStr'><is><t>&b;&f;x</t></is></c></row>"
        b"</sheetData></worksheet>"
    )
    try:
        rows = read(kept(tmp_path, packed(sheet)))
    except BadSheet:
        return
    assert "root:" not in str(rows)


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    sheet = (
        b"<worksheet " + MAIN + b"><sheetData><row r='1'><c r='A1' t='str'><v>a</v></c></row>"
        b"<row r='1048576'><c r='A1048576'><v>4.47911123456E+11</v></c>"
        b"<c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"
    )
    assert read(kept(tmp_path, packed(sheet))) == [["a"], ["447911123456"]]


def test_formulas_count_as_their_last_value_and_shared_words_are_found(tmp_path: Path) -> None:
    sheet = (
        b"<worksheet " + MAIN + b"><sheetData><row><c t='s'><v>1</v></c><c t='s'><v>0</v></c></row>"
        b"<row><c><f>1+1</f><v>2</v></c><c t='e'><v>#N/A</v></c><c r='D2' t='b'><v>1</v></c></row>"
        b"</sheetData></worksheet>"
    )
    strings = b"<sst " + MAIN + b"><si><t>b</t></si><si><r><t>a</t></r><r><t>1</t></r></si></sst>"
    assert read(kept(tmp_path, packed(sheet, strings))) == [["a1", "b"], ["2", "", "", "1"]]


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@given(rows=st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_read_again(rows: Sequence[Sequence[Cell]], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    wanted = [list(row) for row in rows if any(row)]
    if not wanted:
        return
    path = kept(tmp_path_factory.mktemp("xlsx"), b"".join(written("xlsx", [["a", "b"], *rows])))
    found = [cells + [""] * (2 - len(cells)) for cells in read(path)[1:]]
    assert found == [list(row) for row in wanted]


@pytest.mark.parametrize(
    "words", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", " =1", "＝1"]
)
def test_formulas_are_written_as_words(words: str) -> None:
    assert harmless(words).startswith("'")
    assert b"'" + words.encode() in b"".join(written("csv", [[words]]))


@pytest.mark.parametrize("words", ["+44 20 7946 0958", "-12.50", "Ann", "a=b", "", "李明"])
def test_what_is_no_formula_stays_as_it_is(words: str) -> None:
    assert harmless(words) == words
