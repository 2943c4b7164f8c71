"""The demo company itself: its teams, its agents, its tags, and where customers reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from helpdesk.actions.agents import add_agent, hashed
from helpdesk.actions.inboxes import DEFAULT_ADDRESS, add_inbox
from helpdesk.desk import Desk
from helpdesk.models import Agent, Inbox, Tag, Team
from helpdesk.rules.actor import SYSTEM, Role
from helpdesk.rules.bot_policy import TALKS_ON

PASSWORD = "ridge-to-valley"  # noqa: S105  printed at every start: it guards demo data only
WIDGET = "demo"
SMS_NUMBER = "+447700900100"
PHONE_NUMBER = "+447700900101"
TWILIO_ACCOUNT = "AC" + "0" * 32

ORDERS, WARRANTY, LEGAL = "Orders", "Warranty", "Legal"
PRIVATE_TEAMS = (LEGAL,)
TAGS = (
    "tents",
    "boots",
    "stoves",
    "packs",
    "clothing",
    "climbing",
    "refund",
    "delivery",
    "invoice",
    "size",
    "recall",
    "group order",
    "newsletter",
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One agent of the demo company."""

    email: str
    name: str
    role: Role
    locale: str
    teams: tuple[str, ...]


MEI = Colleague("mei@tarnfold.example", "Mei Chen", Role.SUPERVISOR, "en", (WARRANTY, LEGAL))
JONAS = Colleague("jonas@tarnfold.example", "Jonas Weber", Role.AGENT, "en", (ORDERS,))
SHUHAO = Colleague("shuhao@tarnfold.example", "张书豪", Role.AGENT, "zh_Hans", (ORDERS, WARRANTY))
TOMASZ = Colleague("tomasz@tarnfold.example", "Tomasz Adeyemi", Role.AGENT, "en", (WARRANTY,))
RUTH = Colleague("ruth@tarnfold.example", "Ruth Calloway", Role.ADMIN, "en", (LEGAL,))
COLLEAGUES = (MEI, JONAS, SHUHAO, TOMASZ, RUTH)


def plant_company(desk: Desk) -> None:
    """Add what is missing of the company; what is there stays as it is."""
    _plant_teams_and_tags(desk)
    _plant_agents(desk)
    _plant_inboxes(desk)


def _plant_teams_and_tags(desk: Desk) -> None:
    with desk.write() as session:
        teams = set(session.scalars(select(Team.name)))
        session.add_all(
            Team(name=name, is_private=name in PRIVATE_TEAMS)
            for name in (ORDERS, WARRANTY, LEGAL)
            if name not in teams
        )
        tags = set(session.scalars(select(Tag.name)))
        session.add_all(Tag(name=name) for name in TAGS if name not in tags)


def _plant_agents(desk: Desk) -> None:
    """One hash for all: the password is the same, and each hash takes its time by design."""
    with desk.read() as session:
        known = set(session.scalars(select(Agent.email)))
    missing = [one for one in COLLEAGUES if one.email not in known]
    password_hash = hashed(PASSWORD) if missing else ""
    for one in missing:
        agent = add_agent(
            desk,
            SYSTEM,
            email=one.email,
            name=one.name,
            role=one.role,
            locale=one.locale,
            teams=one.teams,
        )
        with desk.write() as session:
            session.get_one(Agent, agent).password_hash = password_hash


def _plant_inboxes(desk: Desk) -> None:
    with desk.read() as session:
        known = {(inbox.channel, inbox.address) for inbox in session.scalars(select(Inbox))}
        teams = {team.name: team.id for team in session.scalars(select(Team))}
    for channel, address, name, team in (
        ("email", DEFAULT_ADDRESS, "Support", ORDERS),
        ("chat", WIDGET, "Shop", WARRANTY),
        ("sms", SMS_NUMBER, "Texts", ORDERS),
        ("phone", PHONE_NUMBER, "Calls", ORDERS),
    ):
        if (channel, address) not in known:
            add_inbox(
                desk,
                SYSTEM,
                channel=channel,
                address=address,
                name=name,
                settings=_settings(desk, channel),
                team_id=teams[team],
            )


def _settings(desk: Desk, channel: str) -> dict[str, Any]:
    """No secret is written here: who reads this file can forge nothing on somebody's demo desk."""
    if channel == "email":
        return {
            "from_name": "Tarnfold",
            "authentication": "header",
            "trusted_authserv": trusted_server(desk),
        }
    if channel == "chat":
        return {
            "identity_secret": desk.vault.key("demo identities").hex(),
            "greeting_en": "Hello! Ask us about orders, sizes and repairs.",
            "greeting_zh": "您好！订单、尺码、维修的问题都可以问我们。",
        }
    return {"account_sid": TWILIO_ACCOUNT, "auth_token": desk.vault.key("demo Twilio").hex()}


def let_bot_answer(desk: Desk) -> None:
    """The bot answers first where customers chat and text. For a planted desk: the stories are
    people's."""
    with desk.write() as session:
        for inbox in session.scalars(select(Inbox).where(Inbox.channel.in_(TALKS_ON))):
            inbox.settings = inbox.settings | {"bot": True}


def trusted_server(desk: Desk) -> str:
    """The receiving server whose word on DMARC the demo inbox takes. Its name cannot be guessed,
    so that a mail from outside cannot speak in its place."""
    return f"mx-{desk.vault.key('demo mail server').hex()[:16]}.tarnfold.example"
