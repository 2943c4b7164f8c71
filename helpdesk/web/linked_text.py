"""Plain text as HTML: addresses become links, nothing else is touched."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"'，。！？）】》]+[^\s<>\"'，。！？）】》.,;:!?)\]]")


def linked(text: str) -> Markup:
    """``text`` escaped, with links that tell the other site nothing."""
    if "http" not in text:
        return escape(text)
    parts: list[str] = []
    place = 0
    for match in _ADDRESS.finditer(text):
        address = escape(match[0])
        parts.append(escape(text[place : match.start()]))
        parts.append(
            f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'
        )
        place = match.end()
    parts.append(escape(text[place:]))
    return Markup("".join(parts))  # noqa: S704  every part is escaped above
