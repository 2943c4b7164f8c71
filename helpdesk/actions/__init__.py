"""The verbs: the only code that commits. Each takes the desk, then who acts."""

from helpdesk.actions import service_clock  # noqa: F401  clocks follow tickets, whoever moves them
