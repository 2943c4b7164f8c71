"""What happened, told after the commit. Actions announce; live and jobs subscribe.

A signal is a hint to look at the database sooner, never the only record of anything.
"""

from __future__ import annotations

from blinker import Namespace

KNOWN = Namespace()

ticket_changed = KNOWN.signal("ticket-changed")
"""Sent with ``ticket`` (id) and ``version``."""

receipt_taken = KNOWN.signal("receipt-taken")
"""Sent with ``ticket`` (id) and ``version``: a message was received or read, and nothing else."""

agent_told = KNOWN.signal("agent-told")
"""Sent with ``agent`` (id): there is a new notification for them."""

delivery_due = KNOWN.signal("delivery-due")
"""Sent with ``delivery`` (id) and ``at`` (aware datetime): try it then."""

media_due = KNOWN.signal("media-due")
"""Sent when there are files to fetch from a provider."""

bot_turn_due = KNOWN.signal("bot-turn-due")
"""Sent with ``turn`` (id) and ``at`` (aware datetime): the bot owes an answer then."""

index_due = KNOWN.signal("index-due")
"""Sent when the knowledge base's index lacks a change, or cannot be read."""

import_due = KNOWN.signal("import-due")
"""Sent when a file waits to be checked, taken in or undone."""
