"""Lists of the settings as tables. None tells a secret."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Inbox, Team
from helpdesk.queries import api_token_list, hygiene
from helpdesk.queries.article_editor import categories as all_categories
from helpdesk.queries.business_calendar import all_hours
from helpdesk.queries.canned import saved_replies
from helpdesk.queries.complaints import reasons as all_reasons
from helpdesk.queries.custom_fields import fields_of
from helpdesk.queries.exports import ADMINS, Export, Rows
from helpdesk.queries.roster import members
from helpdesk.queries.roster import teams as all_teams
from helpdesk.queries.tag_names import used_tags
from helpdesk.rules.actor import Actor
from helpdesk.rules.business_time import hours_text
from helpdesk.rules.custom_field import FieldNoun

AGENTS = ("name", "email", "role", "teams", "active", "two_factor", "last_login_at")
TEAMS = ("name", "private", "members", "business_hours")
INBOXES = ("name", "channel", "address", "team", "active", "problem", "problem_at")
TOKENS = ("name", "agent", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
SENDERS = ("pattern", "verdict", "note", "by", "created_at")
FIELDS = ("noun", "key", "kind", "name_en", "name_zh", "choices", "required", "public",
          "public_required", "active")  # fmt: skip
REASONS = ("part", "name_en", "name_zh", "active")
HOURS = ("name", "timezone", "default", "monday", "tuesday", "wednesday", "thursday", "friday",
         "saturday", "sunday", "holidays")  # fmt: skip
CATEGORIES = ("slug", "name_en", "name_zh", "articles")
TAGS = ("name", "tickets")
SAVED_REPLIES = ("name", "text", "language", "for")


def agents() -> Export:
    """Everybody; for admins."""
    return Export("agents", _agents, readers=ADMINS)


def teams() -> Export:
    """Every team and who is in it; for admins."""
    return Export("teams", _teams, readers=ADMINS)


def inboxes() -> Export:
    """Every inbox without its channel's settings, which hold addresses of servers; for admins."""
    return Export("inboxes", _inboxes, readers=ADMINS)


def tokens() -> Export:
    """The tokens of whoever exports; for admins everybody's."""
    return Export("tokens", _tokens)


def senders() -> Export:
    """Who is let in and who is kept out; for admins."""
    return Export("senders", _senders, readers=ADMINS)


def fields() -> Export:
    """The custom fields of tickets and of customers; for admins."""
    return Export("fields", _fields, readers=ADMINS)


def reasons() -> Export:
    """The causes and remedies of complaints; for admins."""
    return Export("reasons", _reasons, readers=ADMINS)


def hours() -> Export:
    """Business hours, a day as "9:00-17:00, 18:00-20:00", and holidays; for admins."""
    return Export("hours", _hours, readers=ADMINS)


def categories() -> Export:
    """The categories of the articles, in their order."""
    return Export("categories", _categories)


def tags() -> Export:
    """Every tag, and how many tickets have it."""
    return Export("tags", _tags)


def replies() -> Export:
    """The saved replies of whoever exports, and everybody's."""
    return Export("saved-replies", _replies)


def _agents(session: Session, actor: Actor) -> Rows:
    yield AGENTS
    for one in members(session, actor):
        inside = ", ".join(one.teams)
        active, two_factor = _said(one.active), _said(one.has_second_factor)
        yield one.name, one.email, one.role, inside, active, two_factor, one.last_login_at


def _teams(session: Session, actor: Actor) -> Rows:
    yield TEAMS
    kept = {each.id: each.name for each in all_hours(session)}
    for team in all_teams(session, actor):
        inside = ", ".join(sorted(agent.email for agent in team.members))
        yield team.name, _said(team.is_private), inside, kept.get(team.business_hours_id or 0)


def _inboxes(session: Session, actor: Actor) -> Rows:
    actor.must_be(*ADMINS)
    yield INBOXES
    question = select(Inbox, Team.name).outerjoin(Team, Team.id == Inbox.team_id)
    for one, team in session.execute(question.order_by(Inbox.id)):
        yield (
            one.name, one.channel, one.address, team, _said(one.active), one.problem,
            one.problem_at,
        )  # fmt: skip


def _tokens(session: Session, actor: Actor) -> Rows:
    yield TOKENS
    for one, agent in api_token_list.tokens(session, actor, all_of_them=True):
        yield (
            one.name, agent, ", ".join(map(str, one.scopes)), one.created_at, one.expires_at,
            one.last_used_at, one.revoked_at,
        )  # fmt: skip


def _senders(session: Session, actor: Actor) -> Rows:
    yield SENDERS
    for one in hygiene.lines(session, actor, all_of_them=True):
        yield one.pattern, one.verdict, one.note, one.created_by, one.created_at


def _fields(session: Session, actor: Actor) -> Rows:
    actor.must_be(*ADMINS)
    yield FIELDS
    for noun in FieldNoun:
        for one in fields_of(session, noun, all_of_them=True):
            yield (
                one.noun, one.key, one.kind, one.name_en, one.name_zh,
                ", ".join(map(str, one.choices)), _said(one.required), _said(one.public),
                _said(one.public_required), _said(one.active),
            )  # fmt: skip


def _reasons(session: Session, actor: Actor) -> Rows:
    actor.must_be(*ADMINS)
    yield REASONS
    for one in all_reasons(session):
        yield one.part, one.name_en, one.name_zh, _said(one.active)


def _hours(session: Session, actor: Actor) -> Rows:
    actor.must_be(*ADMINS)
    yield HOURS
    for one in all_hours(session):
        week = map(hours_text, one.week)
        days = ", ".join(f"{holiday.day.isoformat()} {holiday.name}" for holiday in one.holidays)
        yield one.name, one.timezone, _said(one.is_default), *week, days


def _categories(session: Session, actor: Actor) -> Rows:
    actor.must_be_staff()
    yield CATEGORIES
    for one in all_categories(session):
        yield one.slug, one.names.get("en"), one.names.get("zh"), one.articles


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
