"""The tree of parts -> what was said (text, HTML) and what came with it (files)."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from channels.email import charsets
from channels.email.files import content
from channels.email.html_bounds import MAX_HTML
from channels.email.html_text import html_to_text
from channels.email.structure import Part
from channels.email.unpacked import Unpacked
from channels.email.uuencoded import taken_out


@dataclass
class Segment:
    """One stretch of the body as text, as HTML, or both (multipart/alternative)."""

    text: str = ""
    html: str = ""

    @property
    def readable(self) -> str:
        return self.text if self.text.strip() or not self.html else html_to_text(self.html)

    @property
    def as_html(self) -> str:
        return self.html or f"<pre>{html.escape(self.text)}</pre>"


@dataclass
class Body:
    """What a mail says. ``html`` is as the sender wrote it: not sanitized yet."""

    segments: list[Segment] = field(default_factory=list)
    files: list[Part | Unpacked] = field(default_factory=list)

    @property
    def text(self) -> str:
        readable = (segment.readable.strip("\n") for segment in self.segments)
        return "\n\n".join(each for each in readable if each.strip())

    @property
    def html(self) -> str | None:
        if not any(segment.html for segment in self.segments):
            return None
        return "\n".join(
            segment.as_html for segment in self.segments if segment.html or segment.text.strip()
        )


def read_body(mail: Part) -> Body:
    """What the mail says, the best form of each alternative; all other parts are files."""
    body = Body()
    if not mail.is_multipart and _is_text(mail) and not mail.is_attachment:
        _add_segment(mail, body)
    else:
        _collect(mail, body)
    return body


def _collect(part: Part, body: Body) -> None:
    if part.content_type == "multipart/alternative" and part.is_multipart:
        _collect_alternatives(part, body)
    elif part.is_multipart:
        for child in part.children:
            _collect(child, body)
    elif _is_body(part):
        _add_segment(part, body)
    elif part.body or part.file_name:
        body.files.append(part)


def _collect_alternatives(part: Part, body: Body) -> None:
    """One segment of all alternatives: the first text and the last HTML, files of all."""
    best = Segment()
    for child in part.children:
        inner = Body()
        _collect(child, inner)
        best.text = best.text if best.text.strip() else _texts(inner)
        best.html = inner.html or best.html
        body.files.extend(inner.files)
    if best.text or best.html:
        body.segments.append(best)


def _texts(body: Body) -> str:
    return "\n\n".join(segment.text for segment in body.segments if segment.text.strip())


def _is_text(part: Part) -> bool:
    return part.content_type in ("text/plain", "text/html") or (
        part.content_type.startswith("multipart/") and not part.is_multipart
    )


def _is_body(part: Part) -> bool:
    return _is_text(part) and not part.is_attachment and not part.file_name


def _add_segment(part: Part, body: Body) -> None:
    if part.content_type == "text/html":
        _add_html(part, body)
        return
    text, files = taken_out(charsets.decode(content(part), part.parameter("charset")))
    body.segments.append(Segment(text=text))
    body.files.extend(files)


def _add_html(part: Part, body: Body) -> None:
    data = content(part)
    declared = part.parameter("charset") or charsets.declared_in_html(data)
    html = charsets.decode(data, declared)
    body.segments.append(Segment(html=html))
    if len(html) > MAX_HTML:
        body.files.append(part)  # only the beginning is shown, so the whole is kept beside it
