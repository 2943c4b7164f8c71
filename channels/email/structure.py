"""Bytes of a mail -> the tree of its MIME parts, in bounded time.

The standard library's parser works line by line: 25 MB of short lines cost it five seconds, and a
mail nested 1,000 deep a RecursionError. This one finds boundaries with ``bytes.find`` and counts
what it scans. Headers follow RFC 5322, parts RFC 2046, both read leniently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property

from channels.email.charsets import decode_header_bytes
from channels.message import Unreadable

MAX_HEADER_BYTES = 512_000
MAX_PARTS = 2_000
MAX_DEPTH = 250
MAX_SCANNED = 600_000_000  # bytes looked at in search of boundaries, over all levels
MAX_PARAMETERS = 8_000  # characters of a Content-Type that are looked at

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")


@dataclass
class Part:
    """One MIME part. ``headers``: (lower-case name, unfolded raw value) in order."""

    headers: list[tuple[str, bytes]]
    body: bytes
    children: list[Part] = field(default_factory=list)

    def raw_values(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def values(self, name: str) -> list[str]:
        """Every value of that header; 8-bit characters read, encoded words left as they are."""
        raw = self.raw_values(name)
        if name.startswith("content-") or all(value.isascii() for value in raw):
            return [decode_header_bytes(value) for value in raw]
        return [decode_header_bytes(value, self._charset) for value in raw]

    def value(self, name: str) -> str:
        """The first value of that header, or ""."""
        return next(iter(self.values(name)), "")

    @cached_property
    def _mime(self) -> Message:
        mime = Message()
        for name in ("content-type", "content-disposition", "content-transfer-encoding"):
            mime[name] = " ".join(self.value(name)[:MAX_PARAMETERS].split())
        return mime

    @cached_property
    def _charset(self) -> str:
        """What the text is declared to be written in: a hint to headers that do not say."""
        declared = (part.parameter("charset") for part in self.walk())
        return next((charset for charset in declared if charset), "")

    @cached_property
    def content_type(self) -> str:
        return self._mime.get_content_type()

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    @property
    def is_attachment(self) -> bool:
        return self._mime.get_content_disposition() == "attachment"

    @property
    def is_inline(self) -> bool:
        return self._mime.get_content_disposition() == "inline"

    @property
    def encoding(self) -> str:
        words = str(self._mime["content-transfer-encoding"]).lower().split()
        return words[0].strip("\"';") if words else ""

    @property
    def file_name(self) -> str:
        """As the sender wrote it: not safe yet, encoded words not decoded yet."""
        return self._mime.get_filename("") or ""

    def parameter(self, name: str) -> str:
        value = self._mime.get_param(name)
        return value[2] if isinstance(value, tuple) else str(value or "")

    def walk(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.walk()


def parse_structure(raw: bytes) -> Part:
    """The root part. Raises Unreadable when reading it would cost too much."""
    return _Reader(_with_line_feeds(raw)).read()


def _with_line_feeds(raw: bytes) -> bytes:
    """Mails with bare CR as line ends exist; LF is what everything below looks for."""
    if b"\r" in raw[:4096] and b"\n" not in raw[:65536]:
        return raw.replace(b"\r", b"\n")
    return raw


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts = 0
        self._scanned = 0

    def read(self) -> Part:
        return self._part(self._skip_leading_lines(), len(self._raw), 0)

    def _skip_leading_lines(self) -> int:
        start = len(self._raw) - len(self._raw.lstrip(b"\r\n \t\xef\xbb\xbf"))
        if self._raw[start : start + 6].lstrip(b">").startswith(b"From "):  # an mbox line
            end = self._raw.find(b"\n", start)
            start = len(self._raw) if end < 0 else end + 1
        return start

    def _part(self, start: int, end: int, depth: int, parent: str = "") -> Part:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise Unreadable(f"The mail has more than {MAX_PARTS:,} parts.")
        if depth > MAX_DEPTH:
            raise Unreadable(f"The mail's parts are nested more than {MAX_DEPTH} deep.")
        headers, body_start = self._headers(start, end)
        if parent == "multipart/digest" and not any(name == "content-type" for name, _ in headers):
            headers.append(("content-type", b"message/rfc822"))  # RFC 2046, 5.1.5
        part = Part(headers, b"")
        if part.content_type.startswith("multipart/"):
            part.children = self._children(part, body_start, end, depth)
        if not part.children:
            part.body = self._raw[body_start:end]
        return part

    def _headers(self, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
        block_end, body_start = self._end_of_headers(start, end)
        if block_end - start > MAX_HEADER_BYTES:
            raise Unreadable(f"The mail has more than {MAX_HEADER_BYTES // 1000} kB of headers.")
        lines = self._raw[start:block_end].split(b"\n")
        headers, taken = _fields(lines)
        if taken < len(lines):  # no blank line before the body (it happens)
            body_start = start + sum(len(line) + 1 for line in lines[:taken])
        return headers, min(body_start, end)

    def _end_of_headers(self, start: int, end: int) -> tuple[int, int]:
        """Where the header block ends and where the body starts."""
        if self._raw.startswith((b"\n", b"\r\n"), start, end):
            return start, self._raw.find(b"\n", start) + 1
        bare = self._raw.find(b"\n\n", start, end)
        crlf = self._raw.find(b"\n\r\n", start, end if bare < 0 else bare)
        if crlf >= 0:
            return crlf, crlf + 3
        return (bare, bare + 2) if bare >= 0 else (end, end)

    def _children(self, part: Part, start: int, end: int, depth: int) -> list[Part]:
        boundary = part.parameter("boundary").strip()
        if not boundary:
            return []
        return [
            self._part(first, last, depth + 1, part.content_type)
            for first, last in self._slices(_delimiter(boundary), start, end)
        ]

    def _slices(self, delimiter: re.Pattern[bytes], start: int, end: int) -> list[tuple[int, int]]:
        self._scanned += end - start
        if self._scanned > MAX_SCANNED:
            raise Unreadable("The mail's parts are nested too deeply for its size.")
        slices: list[tuple[int, int]] = []
        first = -1
        # The line end before the first delimiter may be the one that ends the headers.
        for found in delimiter.finditer(self._raw, max(start - 1, 0), end):
            if first >= 0:
                slices.append((first, self._before_line_end(found.start() + 1, first)))
            first = min(found.end() + 1, end)
            if found[1]:
                return slices
            if len(slices) > MAX_PARTS:
                raise Unreadable(f"The mail has more than {MAX_PARTS:,} parts.")
        if first >= 0:  # the closing boundary is missing
            slices.append((first, end))
        return slices

    def _before_line_end(self, position: int, not_before: int) -> int:
        """The line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1)."""
        if self._raw[position - 1 : position] == b"\n":
            position -= 2 if self._raw[position - 2 : position - 1] == b"\r" else 1
        return max(position, not_before)


def _delimiter(boundary: str) -> re.Pattern[bytes]:
    """A line of "--boundary", or the closing "--boundary--"; the match ends before its LF."""
    marker = re.escape(boundary.encode("utf-8", "surrogateescape"))
    return re.compile(rb"\n--" + marker + rb"(--)?[ \t]*\r?(?=\n|\Z)")


def _fields(lines: list[bytes]) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields, unfolded, and how many lines they took."""
    fields: list[tuple[str, list[bytes]]] = []
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            name = match[1].decode("ascii").lower()
            fields.append((name, [line[match.end() :].strip(b" \t\r")]))
        elif fields and (line[:1] in b" \t" or _goes_on(lines, number)):
            fields[-1][1].append(line.strip(b" \t\r"))
        elif line.strip():
            return _joined(fields), number
    return _joined(fields), len(lines)


def _goes_on(lines: list[bytes], number: int) -> bool:
    """Whether fields follow after a stray line: then it is a badly folded header, not the body."""
    return any(_FIELD.match(line) for line in lines[number + 1 : number + 4])


def _joined(fields: list[tuple[str, list[bytes]]]) -> list[tuple[str, bytes]]:
    return [(name, b" ".join(lines)) for name, lines in fields]
