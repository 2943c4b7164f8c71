"""The areas of the desk beside the queue, and the pages of each: one list.

The side of the workspace, the menu on a phone and the tabs of ``studio.html`` are drawn from it.
A new page is one more ``Tab`` here and a template that extends ``studio.html`` and sets ``area``
and ``tab``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import Flask, url_for

from helpdesk.rules.actor import Role
from helpdesk.web.current import actor
from helpdesk.web.language import N_, _, locale_name

EVERYBODY = frozenset(Role)
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of an area, shown to the agents of ``roles``.

    In an area with many, as the settings, they are listed under ``group``, with a ``hint``.
    """

    name: str
    endpoint: str
    words: str
    roles: frozenset[Role] = EVERYBODY
    group: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    words: str
    icon: str
    tabs: tuple[Tab, ...]


AREAS = (
    Area(
        "tasks",
        N_("Tasks"),
        "calendar",
        (Tab("mine", "my_tasks.mine", N_("My tasks")),),
    ),
    Area(
        "customers",
        N_("Customers"),
        "users",
        (
            Tab("people", "customers.people", N_("People")),
            Tab("mine", "customers.mine", N_("Held by me")),
            Tab("pool", "customers.pool", N_("Shared pool")),
            Tab("organizations", "customers.organization_list", N_("Organizations")),
            Tab("duplicates", "customers.duplicates", N_("Duplicates")),
            Tab("import", "imports.listed", N_("Import and export"), SUPERVISORS),
        ),
    ),
    Area(
        "knowledge",
        N_("Knowledge base"),
        "book",
        (
            Tab("list", "articles.listed", N_("Articles")),
            Tab("questions", "articles.questions", N_("Unanswered questions")),
            Tab("shelves", "articles.shelves", N_("Categories and synonyms")),
            Tab("index", "articles.index_state", N_("Search index"), ADMINS),
        ),
    ),
    Area(
        "replies",
        N_("Saved replies"),
        "bolt",
        (Tab("replies", "canned.listed", N_("Saved replies and macros")),),
    ),
    Area(
        "bot",
        N_("Bot"),
        "bot",
        (
            Tab("learning", "bot_pages.learning", N_("What the bot may learn"), SUPERVISORS),
            Tab("figures", "bot_pages.figures", N_("How the bot does"), SUPERVISORS),
        ),
    ),
    Area(
        "reports",
        N_("Reports"),
        "chart",
        (Tab("satisfaction", "reports.satisfaction", N_("Satisfaction"), SUPERVISORS),),
    ),
    Area(
        "settings",
        N_("Settings"),
        "gear",
        (
            Tab("overview", "settings.overview", N_("Overview")),
            Tab(
                "account",
                "account.mine",
                N_("Your account"),
                group=N_("You"),
                hint=N_("Password, two-factor login, where you are signed in"),
            ),
            Tab(
                "tokens",
                "tokens.all_tokens",
                N_("API tokens"),
                group=N_("You"),
                hint=N_("For programs that act for you"),
            ),
            Tab(
                "agents",
                "agents.all_agents",
                N_("Agents"),
                ADMINS,
                group=N_("People"),
                hint=N_("Who answers, their roles and their way in"),
            ),
            Tab(
                "teams",
                "teams.all_teams",
                N_("Teams"),
                ADMINS,
                group=N_("People"),
                hint=N_("Members, private teams, their hours"),
            ),
            Tab(
                "roles",
                "agents.roles",
                N_("Roles"),
                ADMINS,
                group=N_("People"),
                hint=N_("What each may do, and two-factor login"),
            ),
            Tab(
                "inboxes",
                "inboxes.all_inboxes",
                N_("Inboxes"),
                ADMINS,
                group=N_("Channels"),
                hint=N_("Mailboxes, numbers and chat widgets"),
            ),
            Tab(
                "mail_accounts",
                "mail_accounts.listed",
                N_("Mail accounts"),
                ADMINS,
                group=N_("Channels"),
                hint=N_("Microsoft 365 and Gmail by consent"),
            ),
            Tab(
                "ledger",
                "ledger.listed",
                N_("Ledger"),
                ADMINS,
                group=N_("Channels"),
                hint=N_("What arrived, and what became of it"),
            ),
            Tab(
                "hygiene",
                "hygiene.page",
                N_("Unwanted mail"),
                ADMINS,
                group=N_("Channels"),
                hint=N_("Senders, the spam folder, files that are let in"),
            ),
            Tab(
                "hours",
                "hours.all_of_them",
                N_("Business hours"),
                ADMINS,
                group=N_("Work"),
                hint=N_("When people work, and holidays"),
            ),
            Tab(
                "service",
                "service_levels.targets",
                N_("Service levels"),
                ADMINS,
                group=N_("Work"),
                hint=N_("How soon people answer"),
            ),
            Tab(
                "surveys",
                "survey_settings.surveys",
                N_("Surveys"),
                ADMINS,
                group=N_("Work"),
                hint=N_("Who is asked how satisfied they are"),
            ),
            Tab(
                "fields",
                "field_settings.fields",
                N_("Custom fields"),
                ADMINS,
                group=N_("Work"),
                hint=N_("What tickets and customers are to tell besides"),
            ),
            Tab(
                "complaints",
                "field_settings.complaint_reasons",
                N_("Complaints"),
                ADMINS,
                group=N_("Work"),
                hint=N_("Causes and remedies"),
            ),
            Tab(
                "tags",
                "tags.all_tags",
                N_("Tags"),
                SUPERVISORS,
                group=N_("Work"),
                hint=N_("Rename, merge and delete"),
            ),
            Tab(
                "audit",
                "audit.log",
                N_("Audit log"),
                ADMINS,
                group=N_("Security"),
                hint=N_("Who did what, and when"),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or an area as a template draws it."""

    name: str
    words: str
    url: str
    icon: str = ""
    group: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of an area that stand under one heading."""

    words: str
    links: tuple[Link, ...]


def register(app: Flask) -> None:
    """Give the templates ``areas()``, and of one area its words, its tabs and their groups."""
    app.jinja_env.globals.update(
        areas=areas, area_words=area_words, tabs_of=tabs_of, groups_of=groups_of
    )


def areas() -> tuple[Link, ...]:
    """The areas that hold a page for whoever is signed in; each leads to the first of them."""
    return _areas(_role(), locale_name())


def area_words(name: str) -> str:
    return _(_named(name).words)


def tabs_of(name: str) -> tuple[Link, ...]:
    """The pages of one area for whoever is signed in."""
    return _tabs(name, _role(), locale_name())


def groups_of(name: str) -> tuple[Group, ...]:
    """The same under their headings, in the order in which a heading first appears."""
    links = tabs_of(name)
    headings = dict.fromkeys(link.group for link in links)
    return tuple(
        Group(words, tuple(link for link in links if link.group == words)) for words in headings
    )


def _role() -> Role:
    role = actor().role
    assert role is not None  # the pages behind the login are asked for by agents alone
    return role


@cache
def _areas(role: Role, locale: str) -> tuple[Link, ...]:
    open_to = [(area, _tabs(area.name, role, locale)) for area in AREAS]
    return tuple(
        Link(area.name, _(area.words), tabs[0].url, area.icon) for area, tabs in open_to if tabs
    )


@cache
def _tabs(name: str, role: Role, _locale: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            tab.name,
            _(tab.words),
            url_for(tab.endpoint),
            group=_(tab.group) if tab.group else "",
            hint=_(tab.hint) if tab.hint else "",
        )
        for tab in _named(name).tabs
        if role in tab.roles
    )


def _named(name: str) -> Area:
    return next(area for area in AREAS if area.name == name)
