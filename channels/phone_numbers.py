"""Telephone numbers as the desk keeps them: E.164 where there is a number at all."""

from __future__ import annotations

import re

import phonenumbers

from channels.message import Address, ContactKind

MAX_SENDER = 100  # characters; a SIP address may be long, a number never is

_NUMBER = re.compile(r"\+[0-9 ().-]+")

# What carriers and the provider write when the caller withholds the number: the words
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, typed on a telephone's keys.
# Source: https://help.twilio.com/articles/223179988
_WITHHELD_KEYS = {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
_WITHHELD_WORDS = {"", "anonymous", "restricted", "blocked", "unknown", "unavailable", "private"}


def normalized(written: str) -> str:
    """``written`` in E.164; a short code or an alphanumeric sender ("INFO") as it came."""
    plain = "".join(c for c in written if c.isprintable()).strip()[:MAX_SENDER]
    if not _NUMBER.fullmatch(plain):  # the parser would find one inside "whatsapp:+44..."
        return plain
    try:
        number = phonenumbers.parse(plain, None)
    except phonenumbers.NumberParseException:
        return plain
    if not phonenumbers.is_possible_number(number):
        return plain
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_withheld(written: str) -> bool:
    """Whether ``written`` stands for a caller who hides the number."""
    plain = written.strip().lower()
    return plain in _WITHHELD_WORDS or plain.removeprefix("+") in _WITHHELD_KEYS


def caller(written: str, contact: str) -> Address:
    """The address of whoever rang or wrote.

    A withheld number is made unique by ``contact`` (the provider's id of the call), so that two
    strangers never become one customer.
    """
    if is_withheld(written):
        return Address(ContactKind.PHONE, f"withheld:{contact}", name="Withheld number")
    return Address(ContactKind.PHONE, normalized(written))


def ours(written: str) -> tuple[Address, ...]:
    """Our own number as the ``to`` of a message, or nothing when the provider left it out."""
    return (Address(ContactKind.PHONE, normalized(written)),) if written.strip() else ()


def dialled(written: str, region: str) -> str | None:
    """A number as people write it, in E.164; None when it is none. ``region`` (ISO 3166) is the
    country of a number that names none, "" for no such country."""
    try:
        number = phonenumbers.parse(written[:MAX_SENDER], region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
