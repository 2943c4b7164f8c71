"""The words of the import's pages for what the record keeps as keys."""

from __future__ import annotations

from helpdesk.models import ImportOutcome, ImportRun
from helpdesk.rules.refusal import Refusal
from helpdesk.web.errors import translated
from helpdesk.web.language import _


def nouns() -> dict[str, str]:
    return {
        "customers": _("Customers"),
        "organizations": _("Organizations"),
        "orders": _("Orders"),
        "tickets": _("Tickets"),
    }


def fields() -> dict[str, str]:
    return {
        "external_id": _("Number in your system"),
        "customer_external_id": _("Customer's number in your system"),
        "name": _("Name"),
        "email": _("Email"),
        "phone": _("Phone"),
        "locale": _("Language"),
        "organization": _("Organization"),
        "domain": _("Domain"),
        "summary": _("Summary"),
        "placed_at": _("Placed on"),
        "amount": _("Amount"),
        "currency": _("Currency"),
        "state": _("State"),
        "subject": _("Subject"),
        "text": _("Message"),
        "status": _("Status"),
        "priority": _("Priority"),
        "tags": _("Tags"),
        "team": _("Team"),
        "assignee": _("Assignee"),
        "created_at": _("Opened on"),
    }


def outcomes() -> dict[str, tuple[str, str]]:
    """Colour (as a status) and word by outcome."""
    return {
        "created": ("resolved", _("New")),
        "updated": ("open", _("Updated")),
        "unchanged": ("closed", _("As before")),
        "refused": ("waiting", _("Refused")),
        "kept": ("waiting", _("Left as it is")),
    }


def standing(run: ImportRun) -> str:
    """Where a run stands, in a few words."""
    words = {
        ("check", "draft"): _("Columns to be confirmed"),
        ("check", "due"): _("Being checked"),
        ("check", "done"): _("Checked"),
        ("import", "due"): _("Being imported"),
        ("import", "done"): _("Imported"),
        ("undo", "due"): _("Being undone"),
        ("undo", "done"): _("Undone"),
    }
    return words.get((run.task, run.state), _("Failed"))


def reason(row: ImportOutcome) -> str:
    """Why a row was refused or left, in the reader's language."""
    if not row.reason:
        return ""
    values = dict(row.data.get("values", {}))
    if "field" in values:
        values["field"] = fields().get(values["field"], values["field"])
    return translated(Refusal(row.reason, **values))
