"""Uuencoded data: as a transfer encoding, and as blocks that old programs put into the text."""

from __future__ import annotations

import binascii
import re

from channels.email.unpacked import Unpacked

MAX_LINES = 600_000  # 26 MB in full lines; shorter lines are somebody's joke
MAX_BLOCKS = 50  # in one text

_BEGINS = re.compile(r"begin [0-7]{3,4} (\S.{0,255})")
_LINE = re.compile(r"[!-M][ -`]{0,62}")


def decoded(body: bytes) -> bytes:
    """The first file in ``body``; ``body`` itself when there is none. Never raises."""
    if body.count(b"\n") > MAX_LINES:
        return body
    lines = body.splitlines()
    starts = (number for number, line in enumerate(lines) if line.startswith(b"begin "))
    start = next(starts, None)
    if start is None:
        return body
    taken: list[bytes] = []
    for line in lines[start + 1 :]:
        if line.strip() in (b"end", b""):
            break
        taken.append(_decoded_line(line))
    return b"".join(taken)


def _decoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # encoders that pad wrongly: keep what the length byte promises
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


def taken_out(text: str) -> tuple[str, list[Unpacked]]:
    """The text without its uuencoded blocks, and the files that they are.

    A block is whole, from "begin 644 name" to "end", or it is no block and stays text.
    """
    if "\nend" not in text or not _BEGINS.search(text) or text.count("\n") > MAX_LINES:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[Unpacked] = []
    number = 0
    while number < len(lines):
        begins = _BEGINS.fullmatch(lines[number].rstrip()) if len(files) < MAX_BLOCKS else None
        end = _end_of_block(lines, number + 1) if begins else None
        if begins and end is not None:
            files.append(Unpacked(begins[1], _data(lines[number + 1 : end])))
            number = end
        else:
            kept.append(lines[number])
        number += 1
    return "\n".join(kept), files


def _end_of_block(lines: list[str], start: int) -> int | None:
    """The line "end" after nothing but data; each line is looked at once in all, because
    "begin" is no data."""
    for number in range(start, len(lines)):
        line = lines[number].rstrip("\r")
        if line == "end":
            return number if number > start else None
        if line.strip() not in ("", "`") and not _is_data(line):
            return None
    return None


def _is_data(line: str) -> bool:
    """The length byte promises as many letters as follow; blanks at the end may be lost, and a
    checksum may be added."""
    if not _LINE.fullmatch(line):
        return False
    promised = ((ord(line[0]) - 32) + 2) // 3 * 4
    return len(line) - 1 <= promised + 1


def _data(lines: list[str]) -> bytes:
    return b"".join(_decoded_line(line.encode("ascii")) for line in lines if line.strip(" `\r"))
