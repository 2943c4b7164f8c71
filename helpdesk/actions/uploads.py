"""Files that agents add to what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.desk import Desk
from helpdesk.models import Attachment, NotPossible

MAX_FILES = 20  # in one message


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an agent adds: its bytes and the name they gave it."""

    name: str
    content_type: str
    data: bytes


def stored(desk: Desk, files: Sequence[Upload]) -> list[Attachment]:
    """Keep the files, and return them for their message. Raises ``NotPossible``."""
    if len(files) > MAX_FILES:
        raise NotPossible("%(most)s files are the most for one message.", most=MAX_FILES)
    limit = desk.settings.max_upload_bytes
    for file in files:
        if len(file.data) > limit:
            raise NotPossible(
                "%(file)s is larger than %(most)s MB.", file=file.name, most=limit // 1_048_576
            )
    return [
        Attachment(
            name=file.name,
            content_type=file.content_type,
            size=len(file.data),
            sha256=desk.files.put(file.data),
        )
        for file in files
    ]
