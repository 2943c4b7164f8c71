"""A time that lies ahead, as a form sends it: chosen from a calendar, or in a person's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.models import NotPossible
from helpdesk.rules import time_words
from helpdesk.web.current import desk
from helpdesk.web.language import _

FARTHEST = timedelta(days=366)


def later(given: str) -> datetime:
    """The time that ``given`` means; without a zone it is the company's. Raises ``NotPossible``."""
    zone = ZoneInfo(desk().settings.timezone)
    now = datetime.now(UTC)
    try:
        at = datetime.fromisoformat(given)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        at_once = time_words.read(given, now.astimezone(zone))
        if at_once is None:
            raise NotPossible(
                _("Say when, as “in 3 hours”, “tomorrow 9:00” or “Monday morning”.")
            ) from None
        at = at_once.astimezone(UTC)
    if at > now + FARTHEST:
        raise NotPossible(_("Choose a time within a year."))
    return at
