"""What a mail on the page says of its sender's place in the lists, to those who keep the lists."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries import hygiene
from helpdesk.queries.hygiene import Listed
from helpdesk.queries.turns import Said, Transcript
from helpdesk.rules.actor import Role
from helpdesk.web.current import actor


class SenderLines:
    """Asked of the lists once a page, and by admins alone."""

    def __init__(self, session: Session, shown: Transcript) -> None:
        self._is_keeper = actor().role is Role.ADMIN
        senders = {
            turn.address for turn in shown.turns if isinstance(turn, Said) and self.can_judge(turn)
        }
        self._listed = hygiene.listed(session, actor(), senders) if senders else {}

    def can_judge(self, turn: Said) -> bool:
        """Whether the reader may put the sender of this on a list."""
        is_mail = "@" in turn.address and "authentication" in turn.facts
        return self._is_keeper and turn.direction == "inbound" and is_mail

    def __call__(self, turn: Said) -> Listed | None:
        return self._listed.get(turn.address)
