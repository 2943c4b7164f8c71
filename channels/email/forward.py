"""Mails that pass on another one: whether this is one, and what the other says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from channels.email import headers
from channels.email.bodies import read_body
from channels.email.charsets import clean_line
from channels.email.files import content, safe_name
from channels.email.quote_marks import (
    FORWARDED_MESSAGE,
    MAX_LINE,
    ORIGINAL_MESSAGE,
    QUOTE,
    heading,
)
from channels.email.structure import Part, parse_structure
from channels.email.unpacked import Unpacked
from channels.message import Address, Unreadable

MAX_FORWARDED = 5  # mails that are told of
MAX_WORDS = 300  # characters of a heading
MAX_EXCERPT = 4_000  # characters of a mail that came as a file
MAX_MAIL = 5_000_000  # bytes of one; a larger one is only a file

_SUBJECT = re.compile(
    r"\s*(fwd?|fw|wg|tr|rv|enc|doorst|vb|转发|轉發|轉寄|转寄|転送)\s*[:：]", re.IGNORECASE
)
_FIRST_LINES = 60
_MAX_HEADING_LINES = 14
_MAX_BESIDE = 3  # lines among headings that are none: the rest of a long To, a blank one
_CELL = re.compile(r"[|\t\u00a0 ]+")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that was passed on. ``date`` is as written there; ``file`` names it when it came as
    one, and then ``text`` is how it begins."""

    name: str = ""
    address: str = ""
    date: str = ""
    subject: str = ""
    file: str = ""
    text: str = ""

    def as_text(self) -> str:
        """As a mail program writes it into the text of a mail that passes it on."""
        sender = f"{self.name} <{self.address}>" if self.address else self.name
        said = (("From", sender.strip()), ("Date", self.date), ("Subject", self.subject))
        headings = "\n".join(f"{label}: {value}" for label, value in said if value)
        return f"{headings}\n\n{self.text}".strip()

    def as_facts(self) -> dict[str, str]:
        return asdict(self)


def is_forward(subject: str, text: str) -> bool:
    if _SUBJECT.match(subject):
        return True
    return any(FORWARDED_MESSAGE.fullmatch(line) for line in _first_lines(text))


def forwarded(text: str, files: Iterable[Part | Unpacked], *, forward: bool) -> list[Forwarded]:
    """The mails that this one passes on, in its text (``forward``: it says that it does) and as
    files."""
    inline = _inline(text) if forward else None
    attached = (
        _attached(part, number)
        for number, part in enumerate(files, start=1)
        if isinstance(part, Part) and part.content_type in ("message/rfc822", "message/global")
    )
    found = [inline] if inline else []
    for mail in attached:
        if len(found) == MAX_FORWARDED:
            break
        found += [mail] if mail else []
    return found


def _first_lines(text: str) -> list[str]:
    lines = text[: _FIRST_LINES * MAX_LINE].split("\n", _FIRST_LINES)[:_FIRST_LINES]
    return [line.strip()[:MAX_LINE] for line in lines]


def _inline(text: str) -> Forwarded | None:
    """By the headings that every mail program puts above what it passes on."""
    lines = [_bare(line) for line in _first_lines(text)]
    for number, line in enumerate(lines):
        if FORWARDED_MESSAGE.fullmatch(line) or ORIGINAL_MESSAGE.fullmatch(line):
            return _by_headings(lines[number + 1 :])
        if heading(line)[0] and (found := _by_headings(lines[number:])):
            return found
    return None


def _bare(line: str) -> str:
    """Without the marks of a quote, and without the lines of a table."""
    return _CELL.sub(" ", line.lstrip("".join(QUOTE) + " ")).strip()


def _by_headings(lines: list[str]) -> Forwarded | None:
    said: dict[str, str] = {}
    beside, last = 0, ""
    for line in lines[:_MAX_HEADING_LINES]:
        label, value = heading(line) if heading(line)[0] else _spaced_heading(line)
        if label:
            said.setdefault(label, value)
            beside, last = 0, label
        elif last and line and not said[last]:
            said[last] = line
        else:
            beside += 1
        if beside > _MAX_BESIDE:
            break
    if not said.get("from") or len(said) < 2:
        return None
    name, address = _sender(said["from"])
    return Forwarded(
        name=name,
        address=address,
        date=clean_line(said.get("date", ""), MAX_WORDS),
        subject=clean_line(said.get("subject", ""), MAX_WORDS),
    )


def _spaced_heading(line: str) -> tuple[str, str]:
    """ "发件人 张三": a table's row, without a colon."""
    label, _, value = line.partition(" ")
    return heading(f"{label}: {value}") if label and not label.isascii() else ("", "")


def _sender(written: str) -> tuple[str, str]:
    """Name and address, however the mail program wrote them: <a@b>, [mailto:a@b], (a@b)."""
    address = headers.first_address(written)
    name = re.split(r"[<\[(（【]", written, maxsplit=1)[0].strip(" \"'“”;*")
    return (clean_line("" if "@" in name else name, MAX_WORDS), address)


def _attached(part: Part, number: int) -> Forwarded | None:
    raw = content(part)
    if len(raw) > MAX_MAIL:
        return None
    try:
        mail = parse_structure(raw)
        text = read_body(mail).text[:MAX_EXCERPT]
    except Unreadable:
        return None
    sender: Address | None = next(iter(headers.addresses(mail.values("from"))), None)
    return Forwarded(
        name=sender.name if sender else "",
        address=sender.value if sender else "",
        date=headers.words(mail.value("date"), MAX_WORDS),
        subject=headers.words(mail.value("subject"), MAX_WORDS),
        file=safe_name(headers.words(part.file_name), part.content_type, number),
        text=text,
    )
