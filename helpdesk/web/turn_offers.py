"""What a transcript offers beside its words, to this reader."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from helpdesk.queries.ticket_page import TicketHead
from helpdesk.queries.turns import Transcript
from helpdesk.web.file_offers import FileOffers
from helpdesk.web.resend_offers import Offers
from helpdesk.web.sender_lines import SenderLines


def turn_offers(session: Session, head: TicketHead, shown: Transcript) -> dict[str, Any]:
    """What ``workspace/turns.html`` asks for each turn."""
    return {
        "offers": Offers(session, head, shown),
        "may_let_through": FileOffers(session, shown),
        "sender_line": SenderLines(session, shown),
    }
