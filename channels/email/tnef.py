"""winmail.dat (TNEF, [MS-OXTNEF]): what Outlook sends when it thinks that we are Outlook.

No reader of it is kept up any more, and what is needed of the format is small. Each attribute is
looked at once; lengths are believed only as far as the bytes go.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from channels.email import charsets, mapi
from channels.email.mapi import Property
from channels.email.rich_text import Broken
from channels.email.unpacked import Unpacked

NAMES = ("application/ms-tnef", "application/vnd.ms-tnef")
MAX_FILES = 100
MAX_ATTRIBUTES = 5_000

_SIGNATURE = 0x223E9F78
_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

_TEXT, _RICH_TEXT, _HTML = 0x1000, 0x1009, 0x1013
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _MIME_TYPE = 0x3707, 0x3704, 0x3001, 0x370E
_CONTENT_ID, _OBJECT = 0x3712, 0x3701


@dataclass(frozen=True, slots=True)
class Tnef:
    """What it holds. ``text``, ``html`` and ``rich_text`` (RTF, packed) are the mail's body, which
    usually the mail has too."""

    text: str
    html: str
    rich_text: bytes
    files: tuple[Unpacked, ...]


@dataclass
class _File:
    title: str = ""
    data: bytes = b""
    properties: dict[int, Property] = field(default_factory=dict)

    def said(self, *tags: int) -> str:
        return next((self.properties[tag].text for tag in tags if tag in self.properties), "")

    def unpacked(self) -> Unpacked | None:
        data = self.data
        if not data and _OBJECT in self.properties:
            data = self.properties[_OBJECT].data
        name = self.said(_LONG_NAME) or self.title or self.said(_SHORT_NAME, _DISPLAY_NAME)
        if not data and not name:
            return None
        content_type = self.said(_MIME_TYPE).strip().lower()
        if content_type.count("/") != 1 or len(content_type) > 100:
            content_type = ""
        return Unpacked(name, data, content_type, self.said(_CONTENT_ID).strip("<> "))


def read_tnef(data: bytes) -> Tnef:
    """Its body and its files. Raises ``Broken`` for what is cut, malformed or too much."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise Broken("It does not begin as TNEF does.")
    message: dict[int, Property] = {}
    files: list[_File] = []
    code_page, body = "cp1252", b""
    for name, value in _attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            code_page = mapi.charset(struct.unpack_from("<I", value)[0])
        elif name == _BODY:
            body = value
        elif name == _MESSAGE_PROPERTIES:
            message |= mapi.properties(value, code_page)
        elif name == _FILE_BEGINS:
            if len(files) == MAX_FILES:
                raise Broken(f"It holds more than {MAX_FILES} files.")
            files.append(_File())
        elif files:
            _tell(files[-1], name, value, code_page)
    text = charsets.decode(body.rstrip(b"\0"), code_page)
    return _read(message, text, [found for file in files if (found := file.unpacked())])


def _attributes(data: bytes) -> list[tuple[int, bytes]]:
    """(name, value) of each; a value is followed by a checksum, which some writers get wrong."""
    found: list[tuple[int, bytes]] = []
    position = 6
    while position + 9 <= len(data) and data[position] in (1, 2):
        name, _kind, length = struct.unpack_from("<HHI", data, position + 1)
        end = position + 9 + length
        if end > len(data):
            raise Broken("It ends in the middle.")
        found.append((name, data[position + 9 : end]))
        if len(found) > MAX_ATTRIBUTES:
            raise Broken("It has too many attributes.")
        position = end + 2
    if not found:
        raise Broken("There is nothing in it.")
    return found


def _tell(file: _File, name: int, value: bytes, code_page: str) -> None:
    if name == _FILE_TITLE:
        file.title = charsets.decode(value.split(b"\0")[0], code_page)
    elif name == _FILE_DATA:
        file.data = value
    elif name == _FILE_PROPERTIES:
        file.properties = mapi.properties(value, code_page)


def _read(message: dict[int, Property], text: str, files: list[Unpacked]) -> Tnef:
    if not text.strip() and _TEXT in message:
        text = message[_TEXT].text
    html = message[_HTML].text if _HTML in message else ""
    rich_text = message[_RICH_TEXT].data if _RICH_TEXT in message else b""
    return Tnef(text, html, rich_text, tuple(files))
