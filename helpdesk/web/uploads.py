"""The files of a form, with names that are safe to show and to save."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from flask import request

from helpdesk.actions.uploads import Upload

MOST_CHARACTERS = 150


def uploaded() -> list[Upload]:
    """The files that were sent, without the empty fields that browsers send, too."""
    return [
        Upload(safe_name(file.filename), _type(file.filename, file.mimetype), file.stream.read())
        for file in request.files.getlist("files")
        if file.filename
    ]


def safe_name(name: str) -> str:
    """``name`` without folders, control and direction characters, at most 150 characters."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    name = name.strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) > MOST_CHARACTERS and dot and len(ending) <= 10:
        return f"{stem[: MOST_CHARACTERS - len(ending) - 1]}.{ending}"
    return name[:MOST_CHARACTERS]


def _type(name: str, claimed: str) -> str:
    return (mimetypes.guess_type(name)[0] or claimed or "application/octet-stream")[:100]
