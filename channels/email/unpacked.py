"""A file that was found inside a part: in a uuencoded block or in winmail.dat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unpacked:
    """``name`` is as the sender wrote it: not safe yet, "" when there was none."""

    name: str
    data: bytes
    content_type: str = ""  # "" when the sender did not say
    content_id: str = ""
