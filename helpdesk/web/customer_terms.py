"""The words of the customers' pages for what the record keeps as keys."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.customer_timeline import Entry
from helpdesk.rules.preference import HOURS, Observed
from helpdesk.web import words
from helpdesk.web.language import _, ngettext


def stages() -> dict[str, tuple[str, str]]:
    """Colour (as a status) and word by stage."""
    return {
        "lead": ("snoozed", _("Lead")),
        "new": ("open", _("New")),
        "active": ("resolved", _("Active")),
        "at_risk": ("waiting", _("At risk")),
        "lapsed": ("closed", _("Lapsed")),
    }


def tiers() -> dict[str, str]:
    return {"silver": _("Silver"), "gold": _("Gold"), "vip": _("VIP")}


def fields() -> dict[str, str]:
    """What a side is chosen for when two records are merged."""
    return {
        "name": _("Name"),
        "locale": _("Language"),
        "organization": _("Organization"),
        "tier": _("Tier"),
        "preferred": _("Prefers"),
        "holder": _("Held by"),
    }


def kinds() -> dict[str, str]:
    """The sorts of entries of a timeline."""
    return {
        "messages": _("Messages"),
        "calls": _("Calls"),
        "orders": _("Orders"),
        "articles": _("Help articles"),
        "surveys": _("Surveys"),
        "notes": _("Notes"),
        "stages": _("Stages"),
        "changes": _("Changes"),
    }


def why(facts: dict[str, Any] | None) -> str:
    """Why a customer is in a stage: the agent's words, or the rule with what it counted."""
    facts = facts or {}
    if "reason" in facts:
        return str(facts["reason"])
    days = int(facts.get("days", 0))
    sentences = {
        "no_order": _("Has written, and has not ordered yet."),
        "first_order": _("First order %(days)s ago; new for 30 days.", days=_days(days)),
        "sent_back": _("Sent the last order back, or was paid back, and has not ordered since."),
        "gone": _("Nothing heard for %(days)s; lapsed after a year.", days=_days(days)),
        "quiet": _("Nothing heard for %(days)s; at risk after 180 days.", days=_days(days)),
        "in_touch": _("Ordered or wrote %(days)s ago.", days=_days(days)),
    }
    return sentences.get(str(facts.get("rule", "")), "")


def _days(count: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", count)


def observed_channel(seen: Observed) -> str:
    return _(
        "%(channel)s: %(count)s of the last %(of)s messages",
        channel=words.channels().get(seen.value, seen.value), count=seen.count, of=seen.of,
    )  # fmt: skip


def observed_hours(seen: Observed) -> str:
    return _(
        "%(hours)s: %(count)s of the last %(of)s messages",
        hours=hours(int(seen.value)), count=seen.count, of=seen.of,
    )  # fmt: skip


def hours(first: int) -> str:
    return f"{first:02}:00–{(first + HOURS) % 24:02}:00"


def happened(entry: Entry) -> str:
    """The sentence of a change to the record."""
    facts = entry.facts
    who, data = facts["actor"] or _("Helpdesk"), facts["data"] or {}
    other, address = data.get("other") or data.get("other_id"), data.get("address", "")
    sentences = {
        "customer.added": _("The record was made"),
        "customer.edited": _("%(who)s changed the record", who=who),
        "customer.changed": _("%(who)s changed the record", who=who),
        "customer.fields_changed": _("%(who)s set %(fields)s", who=who, fields=_values(facts)),
        "customer.tier_set": _(
            "%(who)s set the tier to %(tier)s", who=who,
            tier=tiers().get(data.get("to", ""), _("none")),
        ),
        "customer.merged": _("%(who)s merged %(other)s into this record", who=who, other=other),
        "customer.unmerged": _(
            "%(who)s took %(other)s out of this record again", who=who, other=other
        ),
        "customer.merge_dismissed": _(
            "%(who)s said that %(other)s is somebody else", who=who, other=other
        ),
        "customer.claimed": _("%(name)s holds the customer now", name=data.get("name", who)),
        "customer.released": _("%(who)s gave the customer back to the pool", who=who),
        "customer.pooled": _("%(who)s moved the customer to another pool", who=who),
        "customer.proved": _("%(address)s was proved by a code", address=address),
        "customer.address_added": _("%(who)s added %(address)s", who=who, address=address),
        "customer.address_removed": _("%(who)s removed %(address)s", who=who, address=address),
        "customer.address_preferred": _(
            "%(who)s made %(address)s the first address", who=who, address=address
        ),
        "customer.joined_organization": _(
            "Joined %(name)s by a proved address", name=data.get("name", "")
        ),
    }  # fmt: skip
    return sentences[facts["event"]]


def _values(facts: dict[str, Any]) -> str:
    """Custom fields with their new values; other changes name none."""
    if facts["event"] != "customer.fields_changed":
        return ""
    return ", ".join(f"{key}: {value or '–'}" for key, value in facts["data"].get("fields", []))


def code_outcomes() -> dict[str, tuple[str, str]]:
    """Kind of banner and sentence, by what came of a code; "sent" before that."""
    return {
        "sent": ("info", _("A code is on its way. Ask the customer for it: it is good for 10 "
                           "minutes.")),
        "right": ("info", _("Right. The address is verified.")),
        "wrong": ("warn", _("That is not the code. Ask again.")),
        "expired": ("warn", _("The code is older than 10 minutes. Send a new one.")),
        "spent": ("warn", _("Too many wrong tries. Send a new one.")),
    }  # fmt: skip
