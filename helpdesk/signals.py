"""What happened, told after the commit. Actions announce; live and jobs subscribe.

A signal is a hint to look at the database sooner, never the only record of anything.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

ticket_changed = _signals.signal("ticket-changed")
"""Sent with ``ticket`` (id) and ``version``."""

delivery_due = _signals.signal("delivery-due")
"""Sent with ``delivery`` (id) and ``at`` (aware datetime): try it then."""

media_due = _signals.signal("media-due")
"""Sent when there are files to fetch from a provider."""

index_due = _signals.signal("index-due")
"""Sent when the knowledge base's index lacks a change, or cannot be read."""
