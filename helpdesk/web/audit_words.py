"""The audit log in words: kinds of events to choose from, and what an event says of itself."""

from __future__ import annotations

from helpdesk.models import AuditEvent
from helpdesk.web.audit_events import EVENTS, KEYS
from helpdesk.web.language import N_, _
from helpdesk.web.words import channels, clocks, pair

KINDS = (
    ("agent.", N_("Agents and logins")),
    ("agent.login_failed", N_("Failed logins")),
    ("agent.logged_in", N_("Logins")),
    ("export.made", N_("Exports of lists")),
    ("audit.exported", N_("Exports of this log")),
    ("import.", N_("Imports")),
    ("backup.", N_("Backups")),
    ("secrets.", N_("Secrets")),
    ("api_token.", N_("API tokens")),
    ("role.", N_("Roles")),
    ("team.", N_("Teams")),
    ("ticket.", N_("Tickets")),
    ("message.", N_("Messages")),
    ("note.", N_("Notes")),
    ("participant.", N_("People in copy")),
    ("task.", N_("Tasks")),
    ("delivery.", N_("Deliveries")),
    ("customer.", N_("Customers")),
    ("organization.", N_("Organizations")),
    ("contact_point.", N_("Addresses")),
    ("visitor.", N_("Visitors")),
    ("code.", N_("One-time codes")),
    ("pool.", N_("Pools of customers")),
    ("article.", N_("Articles")),
    ("category.", N_("Categories")),
    ("synonyms.", N_("Synonyms")),
    ("questions.", N_("Unanswered questions")),
    ("index.", N_("Search index")),
    ("bot.", N_("Bot")),
    ("survey.", N_("Surveys")),
    ("sla.", N_("Service levels")),
    ("inbox.", N_("Inboxes")),
    ("mail_account.", N_("Mail accounts")),
    ("envelope.", N_("Received mail")),
    ("reconciliation.", N_("Comparisons with mailboxes")),
    ("storm.", N_("Mail storms")),
    ("sender.", N_("Allow and deny lists")),
    ("file.", N_("Files let through or infected")),
    ("file_policy.", N_("File policy")),
    ("view.", N_("Views")),
    ("tag.", N_("Tags")),
    ("field.", N_("Custom fields")),
    ("complaint_reason.", N_("Complaint reasons")),
    ("macro.", N_("Macros")),
    ("saved_reply.", N_("Saved replies")),
    ("business_hours.", N_("Business hours")),
)


def event_words(event: str) -> str:
    """What happened, in the reader's language; the key itself where it has no words."""
    return _(EVENTS[event]) if event in EVENTS else event


def told(event: AuditEvent) -> str:
    """What the event keeps besides its columns: ``name: value``, cut to a line."""
    said = {key: _value(value) for key, value in event.data.items()}
    parts = [_pair(key, value) for key, value in said.items() if value]
    return "; ".join(parts)[:400]


def _pair(key: str, value: str) -> str:
    word = _(KEYS[key]) if key in KEYS else key
    known = {"channel": channels, "clock": clocks}.get(key, dict)()
    return pair(word, known.get(value, value))


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_value(one)}" for key, one in value.items())
    return "" if value is None else str(value)
