"""How much one visitor, and one network address, may do in the chat."""

from __future__ import annotations

import math
import time

from flask_limiter.util import get_remote_address
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from helpdesk.extensions import limiter
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.widget_refusals import Refused

ADDRESSES_PER_HOUR = 10
RATINGS_PER_HOUR = 20


def new_visitor() -> None:
    """Raises ``Refused`` when this network address has opened too many chats."""
    limit = RateLimitItemPerHour(desk().settings.chats_per_address)
    said = _("Too many chats were opened from your network. Please try again later.")
    _take(limit, said, "chat-visitors", get_remote_address())


def message(visitor_id: str) -> None:
    """Raises ``Refused`` when the visitor writes too fast."""
    limit = RateLimitItemPerMinute(desk().settings.chat_messages_per_minute)
    said = _("You are sending messages very fast. Please wait a moment.")
    _take(limit, said, "chat-messages", visitor_id)


def address(visitor_id: str) -> None:
    said = _("You have changed your details many times. Please try again later.")
    _take(RateLimitItemPerHour(ADDRESSES_PER_HOUR), said, "chat-contact", visitor_id)


def rating(visitor_id: str) -> None:
    said = _("You have changed your answer many times. Please try again later.")
    _take(RateLimitItemPerHour(RATINGS_PER_HOUR), said, "chat-ratings", visitor_id)


def _take(limit: RateLimitItem, said: str, *key: str) -> None:
    if limiter.limiter.hit(limit, *key):
        return
    opens = limiter.limiter.get_window_stats(limit, *key).reset_time
    raise Refused(429, "too_fast", said, max(1, math.ceil(opens - time.time())))
