"""Why a file is no table that can be read."""

from __future__ import annotations

from helpdesk.rules.refusal import Refusal


class BadSheet(Refusal, ValueError):
    """The file cannot be read as a table. The words say why and what to do."""
