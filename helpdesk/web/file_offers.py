"""Which of the files that are kept from people the reader may let through."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.actions import file_policies
from helpdesk.actions.file_releases import standing_of
from helpdesk.queries.turns import File, Said, Transcript
from helpdesk.rules import file_release
from helpdesk.web.current import actor, desk


class FileOffers:
    """The policy is asked for only where a file is kept back."""

    def __init__(self, session: Session, shown: Transcript) -> None:
        kept = (file for turn in shown.turns if isinstance(turn, Said) for file in turn.files
                if file.state != "stored")  # fmt: skip
        self._may = any(kept) and actor().role in file_policies.current(session).releasers

    def __call__(self, file: File) -> bool:
        standing = standing_of(file.state, file.sha256, file.reason)
        has_scanner = bool(desk().settings.clamd)
        return self._may and file_release.obstacle(standing, has_scanner=has_scanner) is None
