"""Several changes to one ticket at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict

from helpdesk.actions import audit, custom_fields, tickets
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, Ticket
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Priority, Status


class ChangedSince(NotPossible):
    """Somebody changed the ticket after it was read."""


class Changes(TypedDict, total=False):
    """What is left out stays. ``None`` as team or assignee: none. ``until`` and ``reason`` are of
    the status."""

    subject: str
    priority: Priority
    tags: list[str]
    fields: Mapping[str, str]
    team_id: int | None
    assignee_id: int | None
    status: Status
    until: datetime | None
    reason: str


def change(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    wanted: Changes,
    *,
    at_versions: Collection[int] | None = None,
) -> None:
    """Make the changes in one transaction, under the ticket's lock; what is so already is left.

    Raises ``ChangedSince`` when ``at_versions`` are given and the ticket is at none of them, and
    what the changes themselves raise; then nothing has changed.
    """
    actor.must_be_staff()
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id, lock=True)
        if at_versions is not None and ticket.version not in at_versions:
            raise ChangedSince("The ticket is at version %(version)s by now. Read it again.",
                               version=ticket.version)  # fmt: skip
        news = _news(ticket, wanted)
        if news:
            _make(session, actor, ticket, news)
            ticket.touch()
            audit.changed(session, ticket)


def _news(ticket: Ticket, wanted: Changes) -> Changes:
    """What of ``wanted`` the ticket does not say yet."""
    news = wanted.copy()
    so_already = {
        "subject": ticket.subject,
        "priority": ticket.priority,
        "tags": sorted(tag.name for tag in ticket.tags),
        "team_id": ticket.team_id,
        "assignee_id": ticket.assignee_id,
        "status": ticket.status if ticket.status != Status.SNOOZED.value else None,
    }
    given = {**wanted, "tags": sorted(tickets.tag_names(wanted.get("tags", [])))}
    for name, value in so_already.items():
        if given.get(name) == value:
            news.pop(name, None)  # type: ignore[misc]
    if not news.get("fields"):
        news.pop("fields", None)
    if "status" not in news:
        news.pop("until", None)
        news.pop("reason", None)
    return news


def _make(session: WriteSession, actor: Actor, ticket: Ticket, news: Changes) -> None:
    if "subject" in news:
        tickets.rename(session, actor, ticket, news["subject"])
    if "priority" in news:
        tickets.prioritize(session, actor, ticket, news["priority"])
    if "tags" in news:
        tickets.tag(session, actor, ticket, news["tags"])
    if news.get("fields"):
        custom_fields.fill(session, actor, ticket, news["fields"])
    if "team_id" in news:
        tickets.transfer(session, actor, ticket, news["team_id"])
    if "assignee_id" in news:
        tickets.give(session, actor, ticket, news["assignee_id"])
    if "status" in news:
        until, reason = news.get("until"), news.get("reason", "")
        tickets.stand(session, actor, ticket, news["status"], until=until, reason=reason)
