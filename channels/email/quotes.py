"""What is new in a mail: the text without quoted mails and without the signature.

Line by line with anchored patterns on cut lines, so that the time is bounded by the number of
lines looked at whatever they hold; popular reply parsers hang on 8 kB of hostile text. The rule of
thumb throughout: when in doubt, keep.
"""

from __future__ import annotations

from channels.email.quote_marks import (
    ABOVE_THIS_LINE,
    COLONS,
    FORWARDED_MESSAGE,
    MAX_LINE,
    ORIGINAL_MESSAGE,
    QUOTE,
    RULE,
    header_label,
    is_intro,
    is_intro_before_quote,
    may_begin_intro,
)
from channels.email.signatures import without_signature

MAX_TEXT = 256_000  # characters
MAX_LINES = 4_000
MAX_INTRO_LINES = 4
MAX_HEADING_LINES = 14
MAX_CONTINUATIONS = 3  # lines of one long To:


def new_text(text: str, *, forward: bool = False) -> str:
    """What the sender wrote; "" when everything is quoted.

    ``forward``: the mail passes on another one, which is then what the sender wants read.
    """
    return text.strip() if forward else _Splitter(text).new_text()


def new_lines(lines: list[str]) -> list[int] | None:
    """The numbers of the lines that are new; None when they are too many to look at."""
    text = "\n".join(lines)
    if len(lines) > MAX_LINES or len(text) > MAX_TEXT:
        return None
    splitter = _Splitter(text)
    splitter.find_quotes()
    return splitter.new_lines()


class _Splitter:
    """The lines of a text, and which of them are quoted."""

    def __init__(self, text: str) -> None:
        head, self._unread = _bounded(text)
        self._lines = head.split("\n")
        self._probes = [line[:MAX_LINE].strip() for line in self._lines]
        self._quoted = [probe.startswith(QUOTE) for probe in self._probes]
        self._end = len(self._lines)  # from here on everything is quoted
        self._forwarded = False

    def new_text(self) -> str:
        self.find_quotes()
        said = "\n".join(self._lines[number].rstrip() for number in self.new_lines()).strip()
        if self._end < len(self._lines):
            return said or self._all_if_nothing_was_written_above()
        return f"{said}\n{self._unread}".strip() if self._unread else said

    def find_quotes(self) -> None:
        number = 0
        while number < self._end:
            if not self._quoted[number] and self._probes[number]:
                if FORWARDED_MESSAGE.fullmatch(self._probes[number]):
                    self._forwarded = True
                    return
                if self._everything_below_is_quoted(number):
                    self._cut(number)
                    return
                self._mark_intro(number)
            number += 1

    def _everything_below_is_quoted(self, number: int) -> bool:
        probe = self._probes[number]
        return (
            ORIGINAL_MESSAGE.fullmatch(probe) is not None
            or ABOVE_THIS_LINE.fullmatch(probe) is not None
            or self._are_headings(number)
        )

    def _are_headings(self, start: int) -> bool:
        """From, Sent, To, Subject: at least three of them, as Outlook puts above the quote."""
        if header_label(self._probes[start]) not in ("from", "date", "subject", "to"):
            return False
        labels: set[str] = set()
        other = 0
        for probe in self._probes[start : start + MAX_HEADING_LINES]:
            label = header_label(probe)
            other = 0 if label else other + 1
            if other > MAX_CONTINUATIONS:
                break
            if label:
                labels.add(label)
        return "from" in labels and len(labels) >= 3 and bool(labels & {"date", "to"})

    def _mark_intro(self, number: int) -> None:
        last = self._end_of_intro(number)
        if last is None:
            return
        if self._is_followed_by_quote(last):
            self._quoted[number : last + 1] = [True] * (last + 1 - number)
        elif is_intro(self._joined(number, last)):
            self._cut(number)

    def _end_of_intro(self, number: int) -> int | None:
        """The last line of "On ... wrote:", which mail programs wrap; None when it is not one."""
        if not self._probes[number].endswith(COLONS) and not may_begin_intro(self._probes[number]):
            return None
        for last in range(number, min(number + MAX_INTRO_LINES, self._end)):
            probe = self._probes[last]
            if not probe or self._quoted[last]:
                return None
            if probe.endswith(COLONS):
                return last if self._is_intro(number, last) else None
        return None

    def _is_intro(self, number: int, last: int) -> bool:
        joined = self._joined(number, last)
        return is_intro(joined) or (
            self._is_followed_by_quote(last) and is_intro_before_quote(joined)
        )

    def _joined(self, number: int, last: int) -> str:
        return " ".join(self._probes[number : last + 1])

    def _is_followed_by_quote(self, number: int) -> bool:
        following = range(number + 1, min(number + 8, len(self._lines)))
        first = next((each for each in following if self._probes[each]), None)
        return first is not None and self._quoted[first]

    def _cut(self, number: int) -> None:
        while number and (not self._probes[number - 1] or RULE.fullmatch(self._probes[number - 1])):
            number -= 1
        self._end = number

    def new_lines(self) -> list[int]:
        """The numbers of the unquoted lines, without the signature."""
        stretches = self._stretches()
        if self._forwarded or self._unread:
            return [number for stretch in stretches for number in stretch]
        written = [[self._lines[number] for number in stretch] for stretch in stretches]
        lengths = [len(lines) for lines in without_signature(written)]
        kept = (stretch[:length] for stretch, length in zip(stretches, lengths, strict=False))
        return [number for stretch in kept for number in stretch]

    def _stretches(self) -> list[list[int]]:
        """The numbers of the unquoted lines, one list for each stretch between quotes."""
        stretches: list[list[int]] = [[]]
        for number in range(self._end):
            if not self._quoted[number]:
                stretches[-1].append(number)
            elif stretches[-1]:
                stretches.append([])
        return stretches

    def _all_if_nothing_was_written_above(self) -> str:
        """Headings on top and nothing before them: a form or a pasted mail, not a reply."""
        if any(self._quoted):
            return ""
        return ("\n".join(self._lines) + "\n" + self._unread).strip()


def _bounded(text: str) -> tuple[str, str]:
    """The whole lines that are looked at, and the rest, which is taken as it is."""
    end = len(text)
    if end > MAX_TEXT:
        end = text.rfind("\n", 0, MAX_TEXT) + 1
    lines = text[:end].split("\n", MAX_LINES)
    rest = lines.pop() if len(lines) > MAX_LINES else ""
    return "\n".join(lines), rest + text[end:]
