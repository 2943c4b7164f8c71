"""When a visit to the help centre has ended, and how long a ticket still counts as its outcome."""

from __future__ import annotations

from datetime import timedelta

IDLE = timedelta(minutes=30)  # a visit ends then
FOLLOWS_WITHIN = IDLE + timedelta(hours=24)  # after the last page
