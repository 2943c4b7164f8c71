"""The roles in words, and what each may do."""

from __future__ import annotations

from helpdesk.rules.actor import Role
from helpdesk.web.language import _

EVERYBODY = frozenset(Role)
KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


def names() -> dict[str, str]:
    return {
        "agent": _("Agent"),
        "supervisor": _("Supervisor"),
        "admin": _("Admin"),
    }


def rights() -> list[tuple[str, frozenset[Role]]]:
    """What may be done, and the roles that may."""
    return [
        (_("Read and answer tickets of open teams and of their own"), EVERYBODY),
        (_("Write drafts of articles"), EVERYBODY),
        (_("Publish articles, keep categories and synonyms"), KEEPERS),
        (_("Decide what the bot learns, see its figures"), KEEPERS),
        (_("Rename, merge and delete tags"), KEEPERS),
        (_("Read the tickets of every private team"), ADMINS),
        (_("Invite agents, change roles and teams"), ADMINS),
        (_("Set up inboxes and business hours"), ADMINS),
        (_("Read the audit log"), ADMINS),
    ]
