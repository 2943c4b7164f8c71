"""Which files of strangers are kept from people: by ending, by type, by what they are, by size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.rules.actor import Role
from helpdesk.rules.refusal import Refusal

# What Windows, macOS or a browser runs at a click.
# fmt: off
USUAL_REFUSED = (
    "exe", "com", "scr", "pif", "bat", "cmd", "msi", "msp", "ps1", "vbs", "vbe", "js", "jse",
    "wsf", "wsh", "hta", "cpl", "lnk", "reg", "jar", "dll", "chm", "scf", "url", "app",
    "command", "iso", "img", "vhd",
)
# fmt: on
USUAL_BYTES = 26_214_400

_ENTRY = re.compile(r"[a-z0-9_]{1,20}|[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_BETWEEN = re.compile(r"[\s,;，；、]+")
_ENDING = re.compile(r"\.([a-z0-9_]{1,20})$")


class BadPolicy(Refusal):
    """What was typed cannot be a file policy."""


class ReleasedBy(StrEnum):
    """Who may let a single file through."""

    NOBODY = "nobody"
    ADMINS = "admins"
    SUPERVISORS = "supervisors"  # and admins


_RELEASERS = {
    ReleasedBy.NOBODY: frozenset[Role](),
    ReleasedBy.ADMINS: frozenset({Role.ADMIN}),
    ReleasedBy.SUPERVISORS: frozenset({Role.SUPERVISOR, Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class FilePolicy:
    """``refused``: endings without the dot, and MIME types. ``strips``: a refused file is not
    kept beside the message (its mail's envelope still has it). ``max_bytes`` of one file."""

    refused: frozenset[str] = frozenset(USUAL_REFUSED)
    strips: bool = False
    max_bytes: int = USUAL_BYTES
    released_by: ReleasedBy = ReleasedBy.ADMINS

    @property
    def releasers(self) -> frozenset[Role]:
        """Whoever may let a file through that is kept from people."""
        return _RELEASERS[self.released_by]


USUAL = FilePolicy()


def entries(typed: str) -> list[str]:
    """The endings and types that were typed, each once. Raises ``BadPolicy``."""
    bare = (each.strip().lower().removeprefix("*").removeprefix(".") for each in
            _BETWEEN.split(typed[:10_000]))  # fmt: skip
    found = list(dict.fromkeys(each for each in bare if each))
    for each in found:
        if not _ENTRY.fullmatch(each):
            raise BadPolicy("%(typed)s is neither an ending nor a type of files.", typed=each[:60])
    return found


def refusal(policy: FilePolicy, name: str, content_type: str, head: bytes, size: int) -> str:
    """Why a file is kept from people: ``ending exe``, ``type text/x``, ``program`` or
    ``size 9 8``; "" when it may be opened.

    ``head``: its first bytes. A Windows program is one whatever it is called.
    """
    ending = _ENDING.search(name.lower().rstrip(". "))
    if ending and ending[1] in policy.refused:
        return f"ending {ending[1]}"
    if content_type.lower() in policy.refused:
        return f"type {content_type.lower()}"
    if head.startswith(b"MZ") and "exe" in policy.refused:
        return "program"
    return f"size {size} {policy.max_bytes}" if size > policy.max_bytes else ""
