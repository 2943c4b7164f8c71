"""In which encoding a text file is written: said by its mark, else proved by what it holds."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from helpdesk.sheets.bad_sheet import BadSheet

CHUNK = 1 << 16  # bytes that are decoded at once
SEARCHED = 1 << 20  # bytes in which something strange is looked for
SAMPLE = 1 << 16  # bytes that are looked at where nothing is certain
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSES = ("gb18030", "big5", "cp1252")


def encoding_of(path: Path) -> str:
    """The encoding of a text file. Raises ``BadSheet`` when it is none that is known."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return _proved(path, encoding)
    if b"\0" in start:
        return _proved(path, _utf_16_without_mark(start))
    if _reads(path, "utf-8"):
        return "utf-8"
    return _guessed(path, _first_strange(path))


def _utf_16_without_mark(start: bytes) -> str:
    """Latin text has its zeros on one side only; anything else is no text."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) // 8 and not even:
        return "utf-16-le"
    if even > len(start) // 8 and not odd:
        return "utf-16-be"
    raise BadSheet("This is no text: it holds zero bytes. Save the table as CSV or XLSX.")


def _guessed(path: Path, sample: bytes) -> str:
    """Chinese text is tried first: its bytes would be read as Latin letters, too."""
    found = from_bytes(sample, cp_isolation=list(GUESSES)).best()
    likely = found.encoding if found else ""
    order = sorted(GUESSES, key=lambda name: name != likely)
    for encoding in order:
        if _reads(path, encoding):
            return encoding
    raise BadSheet("The encoding of this file is not known. Save it as CSV in UTF-8.")


def _first_strange(path: Path) -> bytes:
    """The lines that hold more than ASCII: they alone tell one encoding from another."""
    found = b""
    with path.open("rb") as file:
        for line in file.read(SEARCHED).splitlines():
            if not line.isascii():
                found += line + b"\n"
            if len(found) > SAMPLE:
                break
    return found[:SAMPLE]


def _proved(path: Path, encoding: str) -> str:
    if not _reads(path, encoding):
        raise BadSheet("The file begins as %(encoding)s but does not go on so. Save it as CSV "
                       "in UTF-8.", encoding=encoding)  # fmt: skip
    return encoding


def _reads(path: Path, encoding: str) -> bool:
    try:
        for _ in _decoded(path, encoding):
            pass
    except UnicodeError:
        return False
    return True


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
