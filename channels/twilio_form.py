"""The form that Twilio posts: read from the bytes as received, within bounds.

What is verified, keyed and parsed is always read from the same bytes, so a field cannot mean one
thing to the signature and another to the ticket.
"""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import parse_qsl

from channels.message import Unreadable

MAX_BYTES = 128 * 1024  # the longest text of 4,096 emoji, percent-encoded, is under 50 kB
MAX_FIELDS = 200

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")

Form = dict[str, str]


class SignedFields(dict[str, list[str]]):
    """Every value of every field: what Twilio's ``RequestValidator`` computes a signature over."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def signed_fields(body: bytes) -> SignedFields:
    """The fields of an urlencoded body, blank and repeated ones too. Raises ``Unreadable``."""
    fields = SignedFields()
    for name, value in _pairs(body):
        fields.setdefault(name, []).append(value)
    return fields


def read(body: bytes) -> Form:
    """The one value of each field of an urlencoded body. Raises ``Unreadable``."""
    fields = signed_fields(body)
    for name, values in fields.items():
        if len(set(values)) > 1:
            raise Unreadable(f"The form gives two values for {name[:40]!r}.")
    return {name: values[0] for name, values in fields.items()}


def _pairs(body: bytes) -> list[tuple[str, str]]:
    if len(body) > MAX_BYTES:
        raise Unreadable(f"The form has {len(body):,} bytes; Twilio sends {MAX_BYTES:,} at most.")
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError:
        raise Unreadable("The form is not UTF-8 text in urlencoding.") from None
    except ValueError:
        raise Unreadable(f"The form has more than {MAX_FIELDS} fields.") from None


def sid(form: Form, name: str) -> str:
    """The provider's id in field ``name``: two letters and 32 hex digits. Raises ``Unreadable``."""
    value = form.get(name, "")
    if not _SID.fullmatch(value):
        raise Unreadable(f"The form has no usable {name}.")
    return value


def text(form: Form, name: str) -> str:
    """The words in field ``name``, or "". NUL goes: PostgreSQL cannot store it."""
    return form.get(name, "").replace("\x00", "")


def word(form: Form, name: str) -> str:
    """A short value of the provider's, such as a state, in lower case."""
    return form.get(name, "").strip().lower()[:100]


def number(form: Form, name: str, *, most: int) -> int:
    """The count in field ``name``, 0 when absent. Raises ``Unreadable`` above ``most``."""
    value = form.get(name, "").strip() or "0"
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) <= most):
        raise Unreadable(f"{name} is not a number from 0 to {most}.")
    return int(value)


def key(event: str, body: bytes, *names: str) -> str:
    """The envelope key ``event:value:value`` from the fields ``names``; the first is an id.

    A signed form without them is kept all the same, under its hash, for quarantine to show.
    """
    try:
        form = read(body)
        values = [sid(form, names[0]), *(word(form, name) for name in names[1:])]
    except Unreadable:
        return f"{event}:sha256:{sha256(body).hexdigest()}"
    return ":".join((event, *values))
