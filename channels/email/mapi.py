"""The lists of MAPI properties in a TNEF stream ([MS-OXTNEF] 2.1.3.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from channels.email import charsets
from channels.email.rich_text import Broken

MAX_PROPERTIES = 5_000
MAX_VALUES = 5_000  # of one property

_FIXED = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8,
    0x48: 16,
}  # fmt: skip
_OBJECT, _STRING, _UNICODE, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_MANY = 0x1000
_NAMED = 0x8000  # from here on a property carries its name


@dataclass(frozen=True, slots=True)
class Property:
    """The first value of a property."""

    data: bytes
    charset: str

    @property
    def text(self) -> str:
        """As text, when the property is one."""
        text = charsets.decode(self.data, self.charset)
        return text.rstrip("\0")


def charset(code_page: int) -> str:
    """The name of a Windows code page."""
    return {65001: "utf-8", 1200: "utf-16-le"}.get(code_page, f"cp{code_page}")


def properties(data: bytes, code_page: str) -> dict[int, Property]:
    """Each property once, by its id. Raises ``Broken`` when the bytes end too early."""
    reader = _Reader(data, code_page)
    found: dict[int, Property] = {}
    count = reader.number()
    if count > MAX_PROPERTIES:
        raise Broken("It has too many properties.")
    for _ in range(count):
        tag, value = reader.property()
        if value is not None:
            found.setdefault(tag, value)
    return found


class _Reader:
    def __init__(self, data: bytes, code_page: str) -> None:
        self._data = data
        self._position = 0
        self._code_page = code_page

    def number(self) -> int:
        return int(struct.unpack("<I", self._take(4))[0])

    def property(self) -> tuple[int, Property | None]:
        kind, tag = struct.unpack("<HH", self._take(4))
        if tag >= _NAMED:
            self._skip_name()
        many, kind = kind & _MANY, kind & ~_MANY
        if kind in _FIXED:
            for _ in range(self._count() if many else 1):
                self._take(_FIXED[kind])
            return tag, None
        if kind not in (_OBJECT, _STRING, _UNICODE, _BINARY):
            raise Broken(f"It has a property of an unknown kind ({kind}).")
        values = [self._padded(self.number()) for _ in range(self._count())]
        return tag, self._value(kind, values[0]) if values else None

    def _value(self, kind: int, data: bytes) -> Property:
        if kind == _UNICODE:
            return Property(data, "utf-16-le")
        if kind == _OBJECT:
            data = data[16:]  # the id of its interface
        return Property(data, self._code_page)

    def _skip_name(self) -> None:
        self._take(16)
        if self.number() == 0:
            self._take(4)
        else:
            self._padded(self.number())

    def _count(self) -> int:
        count = self.number()
        if count > MAX_VALUES:
            raise Broken("It has a property of too many values.")
        return count

    def _padded(self, length: int) -> bytes:
        data = self._take(length)
        self._position += -length % 4
        return data

    def _take(self, length: int) -> bytes:
        data = self._data[self._position : self._position + length]
        if len(data) < length:
            raise Broken("It ends in the middle of a property.")
        self._position += length
        return data
