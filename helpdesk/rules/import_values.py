"""What is written in the cells of an imported file, as the record keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from channels.phone_numbers import dialled
from helpdesk.rules.article_words import one_line, without_controls
from helpdesk.rules.custom_field import PREFIX, FieldKind, NotAValue
from helpdesk.rules.custom_field import Field as CustomField
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.status import Priority, Status

MOST_WORDS = 300
MOST_TEXT = 100_000
ORDER_STATES = ("placed", "packed", "shipped", "delivered", "returned", "cancelled")


class RefusedRow(Refusal, ValueError):
    """This row is not taken in. The words say why."""


@dataclass(frozen=True, slots=True)
class Customs:
    """How the file writes what it does not say: the country of phone numbers, the time zone.
    ``fields`` are the desk's own fields of these rows, by their columns."""

    region: str = ""
    zone: str = "UTC"
    fields: Mapping[str, CustomField] = field(default_factory=dict)


Values = dict[str, Any]
"""Typed values by field; what is empty is not there."""


def cleaned(cells: Mapping[str, list[str]], customs: Customs) -> Values:
    """The values of one row. Raises ``RefusedRow`` for the first that is not what it should be."""
    values: Values = {}
    for name, given in cells.items():
        clean = _custom(name) if name.startswith(PREFIX) else _CLEAN.get(name, _words)
        every = [value for one in given if one.strip() and (value := clean(one, customs)) != ""]
        if every:
            values[name] = list(dict.fromkeys(every)) if name in _MANY else every[0]
    return values


_MANY = ("email", "phone", "tags")


def _custom(name: str) -> Callable[[str, Customs], str]:
    """What stands in a field of the desk's own, as it is kept there."""

    def read(given: str, customs: Customs) -> str:
        wanted = customs.fields.get(name)
        if wanted is None:
            raise RefusedRow("There is no field %(key)s.", key=name.removeprefix(PREFIX)[:60])
        try:
            words = _unguarded(one_line(given))
            value = wanted.parse(_day(words) if wanted.kind is FieldKind.DATE else words)
        except NotAValue as fault:
            raise RefusedRow(fault.words, **fault.values) from None
        return value.text if value else ""

    return read


def _day(given: str) -> str:
    """A date as spreadsheets keep it: the number of its day, or the time at which it begins."""
    if _SERIAL.fullmatch(given):
        return f"{_SERIAL_START + timedelta(days=float(given)):%Y-%m-%d}"
    return re.sub(r"[T ]00:00(:00(\.0+)?)?Z?$", "", given)


_GUARDED = re.compile(r"'+\s*[=+\-@＝＋－＠]")


def _unguarded(words: str) -> str:
    """What our exports keep from being taken for a formula (``sheets.writing``)."""
    return words[1:] if _GUARDED.match(words) else words


def _words(given: str, _customs: Customs) -> str:
    words = _unguarded(one_line(given))
    if len(words) > MOST_WORDS:
        raise RefusedRow("“%(start)s…” is too long: %(most)s characters are the most.",
                         start=words[:30], most=MOST_WORDS)  # fmt: skip
    return words


def _text(given: str, _customs: Customs) -> str:
    return without_controls(given).strip()[:MOST_TEXT]


_EMAIL = re.compile(r"[^@\s<>()\",;:\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


def _email(given: str, _customs: Customs) -> str:
    address = one_line(given).lower()
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise RefusedRow("“%(value)s” is not an email address.", value=address[:60])
    return address


def _phone(given: str, customs: Customs) -> str:
    written = one_line(given).removeprefix("'")
    number = dialled(written, customs.region)
    if number is None:
        raise RefusedRow("“%(value)s” is not a phone number. Write it with its country, as in "
                         "+44 20 7946 0958.", value=written[:60])  # fmt: skip
    return number


_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def _locale(given: str, _customs: Customs) -> str:
    tag = one_line(given)
    if not _TAG.fullmatch(tag):
        raise RefusedRow("“%(value)s” is not a language tag such as en or zh-Hans.",
                         value=tag[:60])  # fmt: skip
    return tag.replace("_", "-")


_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_START = datetime(1899, 12, 30)


def _time(given: str, customs: Customs) -> datetime:
    """A time in ISO 8601, or the number of days by which spreadsheets keep it."""
    written = one_line(given)
    try:
        if _SERIAL.fullmatch(written):
            at = _SERIAL_START + timedelta(days=float(written))
        else:
            at = datetime.fromisoformat(written.replace("/", "-"))
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(customs.zone))
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        at = datetime.max.replace(tzinfo=UTC)
    if not 1970 <= at.year <= 2100:
        raise RefusedRow("“%(value)s” is not a time. Write it as 2026-11-21 or 2026-11-21 10:30.",
                         value=written[:60])  # fmt: skip
    return at


_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d+)?")


def _amount(given: str, _customs: Customs) -> Decimal:
    written = one_line(given)
    try:
        if not _AMOUNT.fullmatch(written):
            raise InvalidOperation
        amount = Decimal(written.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_nan() or abs(amount) >= 10**12:
        raise RefusedRow("“%(value)s” is not an amount such as 1234.50.", value=written[:60])
    return amount


def _currency(given: str, _customs: Customs) -> str:
    code = one_line(given).upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise RefusedRow("“%(value)s” is not a currency such as GBP.", value=code[:60])
    return code


def _one_of(*known: str) -> Callable[[str, Customs], str]:
    def choose(given: str, _customs: Customs) -> str:
        word = one_line(given).casefold()
        if word not in known:
            raise RefusedRow("“%(value)s” is none of: %(known)s.",
                             value=word[:60], known=", ".join(known))  # fmt: skip
        return word

    return choose


def _tags(given: str, customs: Customs) -> str:
    return _words(given, customs).lower()


_CLEAN: dict[str, Callable[[str, Customs], Any]] = {
    "email": _email,
    "assignee": _email,
    "phone": _phone,
    "locale": _locale,
    "placed_at": _time,
    "created_at": _time,
    "amount": _amount,
    "currency": _currency,
    "state": _one_of(*ORDER_STATES),
    "status": _one_of(*(one.value for one in Status if one is not Status.SNOOZED)),
    "priority": _one_of(*(one.value for one in Priority)),
    "text": _text,
    "tags": _tags,
}
