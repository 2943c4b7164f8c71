"""Header values -> words, addresses, Message-IDs and dates (RFC 5322, 2047, 6532), leniently."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

from channels.email.charsets import clean_line, decode
from channels.email.structure import Part
from channels.message import Address, ContactKind

MAX_VALUE = 100_000  # characters of one header that are looked at
MAX_ADDRESSES = 500
MAX_REFERENCES = 100
MAX_MESSAGE_ID = 500

RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_ADDRESS = re.compile(r"""[^\s<>()\[\]",;:@]{1,64}@[^\s<>()\[\]",;:@]{1,255}""")
_BRACKETED = re.compile(r"<([^<>]{1,998})>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\b")


def words(value: str, limit: int = 1_000) -> str:
    """One readable line: encoded words (RFC 2047) decoded, control characters out."""
    if "=?" in value:
        value = _decoded_words(value[:MAX_VALUE])
    return clean_line(value, limit)


def _decoded_words(value: str) -> str:
    try:
        chunks = decode_header(_BETWEEN_WORDS.sub(r"\1 \2", value))
    except Exception:  # broken base64 in an encoded word: shown as it stands
        return value
    return "".join(
        chunk if isinstance(chunk, str) else _decoded_chunk(chunk, charset)
        for chunk, charset in _joined_by_charset(chunks)
    )


def _joined_by_charset(
    chunks: Sequence[tuple[str | bytes, str | None]],
) -> list[tuple[str | bytes, str | None]]:
    """Neighbours of one charset as one: senders split characters across encoded words."""
    joined: list[tuple[str | bytes, str | None]] = []
    for chunk, charset in chunks:
        last = joined[-1] if joined else None
        if last and last[1] == charset and isinstance(last[0], bytes) and isinstance(chunk, bytes):
            joined[-1] = (last[0] + chunk, charset)
        else:
            joined.append((chunk, charset))
    return joined


def _decoded_chunk(chunk: bytes, charset: str | None) -> str:
    if charset is None:  # plain text beside encoded words; decode_header made it raw-unicode-escape
        return chunk.decode("raw-unicode-escape", "replace")
    return decode(chunk, charset.partition("*")[0])


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Every address in those header values, in order, each once."""
    found: dict[str, Address] = {}
    for value in values:
        for address in _addresses(value[:MAX_VALUE]):
            found.setdefault(address.value, address)
            if len(found) >= MAX_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def _addresses(value: str) -> list[Address]:
    strict = [_address(name, spec) for name, spec in _pairs(value)]
    found = [address for address in strict if address]
    if found:
        return found
    readable = words(value, MAX_VALUE)
    name = readable.split("<")[0].strip(" \"'") if "<" in readable else ""
    specs = _ADDRESS.findall(readable)
    loose = [_address(name if len(specs) == 1 else "", spec) for spec in specs]
    return [address for address in loose if address]


def first_address(text: str) -> str:
    """The first address in any text, normalized; "" when there is none."""
    found = _ADDRESS.search(text[:MAX_VALUE])
    return normalized(found[0].removeprefix("mailto:")) if found else ""


def _pairs(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except Exception:  # the standard library's parser recurses over nested comments
        return []


def _address(name: str, spec: str) -> Address | None:
    value = normalized(spec)
    if not _ADDRESS.fullmatch(value):
        return None
    return Address(ContactKind.EMAIL, value, words(name, 200).strip("\"' "))


def normalized(spec: str) -> str:
    """An address for comparing: ASCII letters in lower case, no brackets or white space."""
    return "".join(spec.strip().strip("<>").split()).rstrip(".").translate(_LOWER)


def recipients(mail: Part, envelope: Iterable[str]) -> list[str]:
    """Every address that this mail was visibly or invisibly sent to, normalized."""
    named = [value for header in RECIPIENT_HEADERS for value in mail.values(header)]
    return list(dict.fromkeys(address.value for address in addresses([*envelope, *named])))


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs in a header, with their angle brackets."""
    found = ("".join(inner.split()) for inner in _BRACKETED.findall(value[:MAX_VALUE]))
    return tuple(f"<{inner}>" for inner in found if 0 < len(inner) <= MAX_MESSAGE_ID)


def message_id(mail: Part) -> str:
    """The Message-ID, "" when there is none; a missing pair of brackets is added."""
    for value in mail.values("message-id"):
        bare = clean_line(value, MAX_MESSAGE_ID)
        ids = message_ids(value) or ((f"<{bare}>",) if bare and " " not in bare else ())
        if ids:
            return clean_line(ids[0], MAX_MESSAGE_ID + 2)
    return ""


def references(mail: Part) -> tuple[str, ...]:
    """In-Reply-To first, then References from last to first (the nearest comes first)."""
    answered = [each for value in mail.values("in-reply-to") for each in message_ids(value)]
    named = [each for value in mail.values("references") for each in message_ids(value)]
    return tuple(dict.fromkeys([*answered, *reversed(named)]))[:MAX_REFERENCES]


def sent_at(mail: Part) -> datetime | None:
    """As the sender claims, aware; None when the Date makes no sense."""
    try:
        when = parsedate_to_datetime(mail.value("date")[:200])
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def language(mail: Part) -> str:
    """Content-Language as a BCP 47 tag, or ""."""
    match = _LANGUAGE.match(mail.value("content-language").strip())
    return match[0] if match else ""
