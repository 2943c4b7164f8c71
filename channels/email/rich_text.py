"""Rich text (RTF) as Outlook packs it into a mail -> readable text."""

from __future__ import annotations

import struct
import zlib

MAX_PACKED = 1_000_000  # bytes; they may become eight times as many
MAX_TEXT = 300_000  # bytes of RTF that are read

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
# [MS-OXRTFCP] 2.1.2.1: what the window holds in the beginning.
_AT_FIRST = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


class Broken(ValueError):
    """It is not what it says. The text is a sentence for an agent."""


def decompressed(packed: bytes) -> bytes:
    """The RTF. Raises ``Broken``."""
    if not 16 <= len(packed) <= MAX_PACKED:
        raise Broken("Its rich text is too short or too long.")
    size, raw_size, kind, checksum = struct.unpack_from("<II4sI", packed)
    content = packed[16 : max(size + 4, 16)]
    if kind == _PLAIN:
        return content[:raw_size]
    if kind != _COMPRESSED:
        raise Broken("Its rich text is packed in an unknown way.")
    if ~zlib.crc32(content, 0xFFFFFFFF) & 0xFFFFFFFF != checksum:
        raise Broken("Its rich text is damaged.")
    return _unpacked(content)[:raw_size]


def _unpacked(content: bytes) -> bytes:
    """LZ77 with a window of 4 kB: a byte of flags, then eight letters or references."""
    out = bytearray(_AT_FIRST)
    position = 0
    while position < len(content):
        flags, position = content[position], position + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += content[position : position + 1]
                position += 1
                continue
            if position + 2 > len(content):
                return bytes(out[len(_AT_FIRST) :])
            reference = content[position] << 8 | content[position + 1]
            position += 2
            place, length = reference >> 4, (reference & 15) + 2
            back = (len(out) - place) % _WINDOW
            if back == 0:  # the end is marked by a reference to where we stand
                return bytes(out[len(_AT_FIRST) :])
            if back > len(out):
                raise Broken("Its rich text is damaged.")
            start = len(out) - back
            copied = bytes(out[start : start + length])
            out += (copied * (length // back + 1))[:length]  # it may reach into what it writes
    return bytes(out[len(_AT_FIRST) :])


def rich_text_to_text(rich: bytes) -> str:
    """The readable text of an RTF. Raises ``Broken``."""
    from striprtf.striprtf import rtf_to_text

    words = rich[:MAX_TEXT].decode("latin-1")
    try:
        text = rtf_to_text(words, errors="ignore")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, RecursionError, IndexError, TypeError, AttributeError) as odd:
        raise Broken("Its rich text cannot be read.") from odd
    return str(text).strip("\0")
