"""Putting what lies in winmail.dat beside what the mail says itself."""

from __future__ import annotations

from channels.email.bodies import Body, Segment
from channels.email.files import content
from channels.email.rich_text import Broken, decompressed, rich_text_to_text
from channels.email.structure import Part
from channels.email.tnef import NAMES, Tnef, read_tnef
from channels.email.unpacked import Unpacked

MAX_UNPACKED = 10  # of one mail

_FILE_NAMES = ("winmail.dat", "win.dat")


def unpack(body: Body) -> None:
    """Replace each winmail.dat by its files, and take its words where the mail has none.

    One that is broken, or has words that cannot be read, stays among the files.
    """
    if not any(_is_tnef(part) for part in body.files):
        return
    files: list[Part | Unpacked] = []
    left = MAX_UNPACKED
    for part in body.files:
        if left and isinstance(part, Part) and _is_tnef(part):
            left -= 1
            files.extend(_unpacked(part, body))
        else:
            files.append(part)
    body.files = files


def _is_tnef(part: Part | Unpacked) -> bool:
    return isinstance(part, Part) and (
        part.content_type in NAMES
        or (
            part.content_type == "application/octet-stream"
            and part.file_name.lower() in _FILE_NAMES
        )
    )


def _unpacked(part: Part, body: Body) -> list[Part | Unpacked]:
    try:
        found = read_tnef(content(part))
        said = [] if body.text else _words(found)
    except Broken:
        return [part]
    body.segments.extend(said)
    return list(found.files)


def _words(found: Tnef) -> list[Segment]:
    if found.text.strip() or found.html.strip():
        return [Segment(found.text, found.html)]
    if not found.rich_text:
        return []
    return [Segment(rich_text_to_text(decompressed(found.rich_text)))]
