"""winmail.dat as Outlook writes it, built from a few words."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)
STRING, UNICODE, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0x0D


def attribute(level: int, name: int, value: bytes) -> bytes:
    checksum = sum(value) & 0xFFFF
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", checksum)


def mapi(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def long_property(tag: int, kind: int, value: bytes) -> bytes:
    padding = b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", kind, tag, 1, len(value)) + value + padding


def named_property(value: int) -> bytes:
    """A property of somebody's own, with its name in words."""
    name = "my own".encode("utf-16-le")
    head = struct.pack("<HH", 3, 0x8001) + b"G" * 16 + struct.pack("<II", 1, len(name))
    return head + name + b"\0" * (-len(name) % 4) + struct.pack("<I", value)


def text(tag: int, words: str) -> bytes:
    return long_property(tag, UNICODE, (words + "\0").encode("utf-16-le"))


def winmail(*files: bytes, message: bytes = b"") -> bytes:
    code_page = attribute(1, 0x9007, struct.pack("<II", 1252, 0))
    said = attribute(1, 0x9003, message) if message else b""
    return SIGNATURE + code_page + said + b"".join(files)


def file(name: str, data: bytes, *properties: bytes, title: bytes = b"REPORT~1.PDF") -> bytes:
    named = (text(0x3707, name), *properties) if name else properties
    return (
        attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, title + b"\0")
        + attribute(2, 0x800F, data)
        + attribute(2, 0x9005, mapi(*named))
    )


def packed(rich_text: bytes) -> bytes:
    """Rich text packed without any saving: every byte stands for itself, then the end."""
    rows = [rich_text[i : i + 8] for i in range(0, len(rich_text), 8)]
    content = b"".join((b"\0" + row) for row in rows)
    if len(rich_text) % 8:  # the end's mark follows in the last row
        content = content[: -len(rows[-1]) - 1] + bytes([1 << len(rows[-1])]) + rows[-1]
    else:
        content += b"\x01"
    place = (207 + len(rich_text)) % 4096
    content += struct.pack(">H", place << 4)
    checksum = ~zlib.crc32(content, 0xFFFFFFFF) & 0xFFFFFFFF
    return struct.pack("<II4sI", len(content) + 12, len(rich_text), b"LZFu", checksum) + content
