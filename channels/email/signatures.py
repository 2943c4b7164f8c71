"""Taking the signature off the end of what was written."""

from __future__ import annotations

from channels.email.quote_marks import (
    LIST_FOOTER,
    LIST_WORDS,
    MAX_LINE,
    MOBILE_SIGNATURE,
    SIGNATURE_MARK,
)

MAX_SIGNATURE_LINES = 14
MAX_FOOTER_LINES = 8


def without_signature(segments: list[list[str]]) -> list[list[str]]:
    """The stretches of unquoted lines, without footer and signature on the last that has text.

    What is a signature only if something stands before it: a mail is never all signature.
    """
    last = next((n for n in reversed(range(len(segments))) if _has_text(segments[n])), None)
    if last is None:
        return segments
    said_before = any(_has_text(segment) for segment in segments[:last])
    kept = segments[last]
    for cut in (_footer_start, _signature_start, _mobile_signature_start):
        start = cut(kept)
        if start is not None and (said_before or _has_text(kept[:start])):
            kept = kept[:start]
    return [*segments[:last], kept]


def _has_text(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _written(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _footer_start(lines: list[str]) -> int | None:
    """The footer of a mailing list: a long rule, then how to leave it."""
    for number in _backwards(lines, MAX_FOOTER_LINES + 4):
        if LIST_FOOTER.fullmatch(lines[number].strip()[:MAX_LINE]):
            footer = " ".join(line[:MAX_LINE] for line in lines[number + 1 :])
            return number if LIST_WORDS.search(footer) else None
    return None


def _signature_start(lines: list[str]) -> int | None:
    """The line "-- " (RFC 3676, 4.3), or one that means it, near the end."""
    for number in _backwards(lines, MAX_SIGNATURE_LINES * 3):
        if SIGNATURE_MARK.fullmatch(lines[number][:MAX_LINE].strip()):
            return number if _written(lines[number + 1 :]) <= MAX_SIGNATURE_LINES else None
    return None


def _mobile_signature_start(lines: list[str]) -> int | None:
    """ "Sent from my phone" as the last line."""
    for number in _backwards(lines, 20):
        if lines[number].strip():
            line = lines[number].strip()
            return number if len(line) < MAX_LINE and MOBILE_SIGNATURE.fullmatch(line) else None
    return None


def _backwards(lines: list[str], limit: int) -> range:
    return range(len(lines) - 1, max(len(lines) - 1 - limit, -1), -1)
