"""Lists of the settings as tables: the agents, the tags, the saved replies."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.canned import saved_replies
from helpdesk.queries.exports import Export, Rows
from helpdesk.queries.roster import members
from helpdesk.queries.tag_names import used_tags
from helpdesk.rules.actor import Actor

AGENTS = ("name", "email", "role", "teams", "active", "two_factor", "last_login_at")
TAGS = ("name", "tickets")
SAVED_REPLIES = ("name", "text", "language", "for")


def agents() -> Export:
    """Everybody; for admins."""
    return Export("agents", _agents)


def tags() -> Export:
    """Every tag, and how many tickets have it."""
    return Export("tags", _tags)


def replies() -> Export:
    """The saved replies of whoever exports, and everybody's."""
    return Export("saved-replies", _replies)


def _agents(session: Session, actor: Actor) -> Rows:
    yield AGENTS
    for one in members(session, actor):
        teams = ", ".join(one.teams)
        active, two_factor = _said(one.active), _said(one.has_second_factor)
        yield one.name, one.email, one.role, teams, active, two_factor, one.last_login_at


def _tags(session: Session, actor: Actor) -> Rows:
    actor.must_be_staff()
    yield TAGS
    for tag in used_tags(session):
        yield tag.name, tag.tickets


def _replies(session: Session, actor: Actor) -> Rows:
    yield SAVED_REPLIES
    for one in saved_replies(session, actor):
        yield one.name, one.text, one.locale, "me" if one.agent_id else "everybody"


def _said(is_so: bool) -> str:
    return "yes" if is_so else "no"
