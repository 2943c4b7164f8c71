"""Parts -> files with names that are safe to show and to save."""

from __future__ import annotations

import binascii
import mimetypes
import re
from pathlib import PurePosixPath

from channels.email import uuencoded
from channels.email.charsets import clean
from channels.email.headers import words
from channels.email.structure import Part
from channels.email.unpacked import Unpacked
from channels.message import InboundFile

MAX_NAME = 150
MAX_SUFFIX = 20

# Reserved on some file system, path separators, and marks that reorder what is shown
# ("photo\u202egpj.exe" reads as "photoexe.jpg").
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")

_SUFFIXES = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
    "application/ics": ".ics",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/octet-stream": ".bin",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
}


def safe_name(name: str, content_type: str = "", number: int = 1) -> str:
    """A name without path, control or direction characters, at most 150 characters long."""
    name = clean(name).replace("\n", " ").replace("\\", "/")
    name = _UNSAFE.sub("_", name.rsplit("/", 1)[-1])
    name = " ".join(name.split()).strip(". ")
    if not name.strip("_"):
        return f"attachment-{number}{_suffix(content_type)}"
    return _shortened(f"_{name}" if _RESERVED.match(name) else name)


def _suffix(content_type: str) -> str:
    return _SUFFIXES.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"


def _shortened(name: str) -> str:
    if len(name) <= MAX_NAME and len(name.encode()) <= 240:  # most file systems stop at 255 bytes
        return name
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix) <= MAX_SUFFIX else ""
    stem = name[: MAX_NAME - len(suffix)]
    while len((stem + suffix).encode()) > 240:
        stem = stem[:-1]
    return stem.rstrip(". ") + suffix


def inbound_file(part: Part | Unpacked, number: int) -> InboundFile:
    """``number`` counts the mail's files from 1; it names those that have no name."""
    if isinstance(part, Unpacked):
        return _of_unpacked(part, number)
    content_type = part.content_type
    return InboundFile(
        name=safe_name(words(part.file_name, 1_000), content_type, number),
        content_type=content_type if len(content_type) <= 100 else "application/octet-stream",
        data=content(part),
        content_id=_content_id(part),
        inline=part.is_inline,
    )


def _of_unpacked(found: Unpacked, number: int) -> InboundFile:
    guessed = mimetypes.guess_type(found.name)[0] if len(found.name) <= MAX_NAME else None
    content_type = found.content_type or guessed or "application/octet-stream"
    return InboundFile(
        name=safe_name(found.name, content_type, number),
        content_type=content_type,
        data=found.data,
        content_id=found.content_id,
    )


def _content_id(part: Part) -> str:
    return "".join(words(part.value("content-id"), 250).split()).strip("<>")


def content(part: Part) -> bytes:
    """The part's bytes with the transfer encoding undone (RFC 2045). Never raises."""
    if part.encoding == "base64":
        return _base64(part.body)
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if part.encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uuencoded.decoded(part.body)
    return part.body


def _base64(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        letters = _NOT_BASE64.sub(b"", body.split(b"=", 1)[0])
        if len(letters) % 4 == 1:  # one letter alone carries no byte
            letters = letters[:-1]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
