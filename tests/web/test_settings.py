"""The settings' pages: who may, what they keep, what they never show."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import inboxes, roster
from helpdesk.actions.api_tokens import create_token, digest
from helpdesk.actions.tickets import assign, set_tags
from helpdesk.desk import Desk
from helpdesk.models import (
    Agent,
    AgentSession,
    ApiToken,
    AuditEvent,
    BusinessHours,
    Inbox,
    NotPossible,
    Tag,
    Team,
    Ticket,
)
from helpdesk.rules.actor import SYSTEM, Actor, Role
from tests.factories import make_agent
from tests.web.conftest import Visit


@pytest.fixture
def boss(desk: Desk) -> Actor:
    return make_agent(desk, "Ada Boss", Role.ADMIN)


@pytest.fixture
def as_boss(app: Flask, boss: Actor) -> Visit:
    return Visit(app.test_client()).enter(boss)


@pytest.fixture
def as_supervisor(app: Flask, desk: Desk) -> Visit:
    actor = make_agent(desk, "Sven Keeper", Role.SUPERVISOR)
    return Visit(app.test_client()).enter(actor)


PAGES = {
    "/settings": "agent",
    "/settings/account": "agent",
    "/settings/account/second-factor": "agent",
    "/settings/tokens": "agent",
    "/settings/tags": "supervisor",
    "/settings/agents": "admin",
    "/settings/agents/new": "admin",
    "/settings/agents/1": "admin",
    "/settings/roles": "admin",
    "/settings/teams": "admin",
    "/settings/teams/new": "admin",
    "/settings/inboxes": "admin",
    "/settings/inboxes/new/email": "admin",
    "/settings/inboxes/new/sms": "admin",
    "/settings/inboxes/new/phone": "admin",
    "/settings/inboxes/new/chat": "admin",
    "/settings/hours": "admin",
    "/settings/hours/new": "admin",
    "/settings/audit": "admin",
    "/settings/audit/export.csv": "admin",
}

CHANGES = {
    "/settings/account/sessions/1/end": "agent",
    "/settings/account/sessions/end": "agent",
    "/settings/account/password": "agent",
    "/settings/account/second-factor": "agent",
    "/settings/account/second-factor/codes": "agent",
    "/settings/account/second-factor/removal": "agent",
    "/settings/tokens": "agent",
    "/settings/tokens/1/revocation": "agent",
    "/settings/tags/1": "supervisor",
    "/settings/tags/1/merge": "supervisor",
    "/settings/tags/1/removal": "supervisor",
    "/settings/agents": "admin",
    "/settings/agents/1": "admin",
    "/settings/agents/1/password-link": "admin",
    "/settings/agents/1/deactivation": "admin",
    "/settings/agents/1/reactivation": "admin",
    "/settings/agents/1/second-factor-reset": "admin",
    "/settings/roles": "admin",
    "/settings/teams": "admin",
    "/settings/teams/1": "admin",
    "/settings/inboxes/new/email": "admin",
    "/settings/inboxes/1": "admin",
    "/settings/inboxes/1/check": "admin",
    "/settings/inboxes/1/deactivation": "admin",
    "/settings/inboxes/1/reactivation": "admin",
    "/settings/hours": "admin",
    "/settings/hours/1": "admin",
    "/settings/hours/1/removal": "admin",
}

OURS = ("account", "agents", "teams", "inboxes", "hours", "tags", "tokens", "audit")


def plain(rule: str) -> str:
    return re.sub(r"<channel>", "email", re.sub(r"<int:[^>]+>", "1", rule))


def test_the_list_of_changes_is_whole(app: Flask) -> None:
    rules = {
        plain(rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] in OURS
    }
    assert rules == set(CHANGES)


def test_pages_are_for_whom_they_are_for(
    as_mei: Visit, as_supervisor: Visit, as_boss: Visit, stranger: Visit
) -> None:
    ranks = ["agent", "supervisor", "admin"]
    for path, least in PAGES.items():
        assert stranger.get(path).status_code == 302, path
        for rank, visit in enumerate((as_mei, as_supervisor, as_boss)):
            may = rank >= ranks.index(least)
            assert visit.get(path).status_code == (200 if may else 403), (path, ranks[rank])


def test_changes_need_a_login_a_token_and_the_role(
    as_mei: Visit, as_supervisor: Visit, stranger: Visit
) -> None:
    stranger.get("/login")
    forged = Visit(as_mei.client, "forged")
    for path, least in CHANGES.items():
        assert stranger.post(path).status_code == 401, path
        assert forged.post(path).status_code == 400, path
        if least != "agent":
            assert as_mei.post(path).status_code == 403, path
        if least == "admin":
            assert as_supervisor.post(path).status_code == 403, path


def test_the_side_lists_what_one_may_open(as_mei: Visit, as_boss: Visit) -> None:
    assert "/settings/audit" not in as_mei.get("/settings").text
    assert "/settings/audit" in as_boss.get("/settings").text


LINK = re.compile(r"(/password/[\w-]+)<")


def test_an_agent_is_invited_by_a_link(as_boss: Visit, stranger: Visit, desk: Desk) -> None:
    team = roster.save_team(desk, SYSTEM, None, name="Returns", is_private=False, members=())
    answer = as_boss.post(
        "/settings/agents",
        name="Lin Wei",
        email="Lin@Tarnfold.example",
        role="supervisor",
        locale="zh_Hans",
        teams=str(team),
    )
    link = LINK.search(answer.text)
    assert link is not None
    assert "Invited" in as_boss.get("/settings/agents").text
    stranger.get(link[1])
    fields = {"password": "a good long one", "again": "a good long one"}
    assert stranger.post(link[1], **fields).status_code == 302
    assert stranger.sign_in("lin@tarnfold.example", "a good long one").status_code == 302
    with desk.read() as session:
        agent = session.scalars(select(Agent).where(Agent.name == "Lin Wei")).one()
        assert (agent.role, agent.locale) == ("supervisor", "zh_Hans")
        assert [one.name for one in session.get_one(Agent, agent.id).teams] == ["Returns"]


def test_bad_invitations_say_why(as_boss: Visit) -> None:
    good = {"name": "Lin", "email": "lin@tarnfold.example", "role": "agent", "locale": "en"}
    for field, value, status in (
        ("email", "nobody", 409),
        ("name", "  ", 409),
        ("role", "king", 409),
        ("locale", "xx", 409),
    ):
        answer = as_boss.post("/settings/agents", **(good | {field: value}))
        assert answer.status_code == status, field
    assert as_boss.post("/settings/agents", **good).status_code == 200
    assert "already" in as_boss.post("/settings/agents", **good).text


def test_the_last_admin_stays(as_boss: Visit, boss: Actor, desk: Desk) -> None:
    fields = {"name": "Ada", "role": "agent", "locale": "en"}
    assert as_boss.post(f"/settings/agents/{boss.id}", **fields).status_code == 409
    assert as_boss.post(f"/settings/agents/{boss.id}/deactivation").status_code == 409
    other = make_agent(desk, "Second Admin", Role.ADMIN)
    roster.deactivate(desk, SYSTEM, other.id or 0)
    assert as_boss.post(f"/settings/agents/{boss.id}", **fields).status_code == 409, "one has left"
    roster.reactivate(desk, SYSTEM, other.id or 0)
    assert as_boss.post(f"/settings/agents/{boss.id}", **fields).status_code == 302
    assert as_boss.get("/settings").status_code == 302, "a changed role signs out"


def test_who_leaves_is_out_and_their_tickets_are_back(
    as_boss: Visit, as_mei: Visit, mei: Actor, desk: Desk, ticket: int
) -> None:
    assign(desk, SYSTEM, ticket, mei.id)
    as_boss.get(f"/settings/agents/{mei.id}")
    as_boss.post(f"/settings/agents/{mei.id}/deactivation")
    assert as_mei.get("/tickets").status_code == 302
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).assignee_id is None
        mine = select(AgentSession.id).where(AgentSession.agent_id == mei.id)
        assert session.scalars(mine).all() == []


def test_teams_have_members_and_hours(as_boss: Visit, mei: Actor, desk: Desk) -> None:
    fields = {"name": "Legal", "private": "yes", "members": str(mei.id)}
    assert as_boss.post("/settings/teams", **fields).status_code == 302
    with desk.read() as session:
        team = session.scalars(select(Team)).one()
        assert team.is_private
        assert [agent.name for agent in team.members] == ["Mei Chen"]
    assert as_boss.post("/settings/teams", **fields).status_code == 409
    assert as_boss.post(f"/settings/teams/{team.id}", name="Law").status_code == 302
    with desk.read() as session:
        assert not session.scalars(select(Team)).one().is_private


SECRETS = {"imap_password": "imap-hush-4711", "smtp_password": "smtp-hush-4712"}


def mail_form(**changes: str) -> dict[str, str]:
    return {
        "inbox-name": "Support",
        "inbox-address": "Help@Tarnfold.example",
        "imap_host": "imap.example",
        "imap_port": "993",
        "imap_security": "ssl",
        "imap_folder": "INBOX",
        "smtp_port": "587",
        "smtp_security": "starttls",
        "authentication": "off",
        "oauth_tenant": "common",
        "spam_headers": "X-Spam-Flag, X-Spam-Status, X-Rspamd-Action",
        **changes,
    }


def inbox_of(desk: Desk) -> Inbox:
    with desk.read() as session:
        return session.scalars(select(Inbox)).one()


def test_an_inbox_is_drawn_from_its_schema_and_its_secrets_never_come_back(
    as_boss: Visit, desk: Desk
) -> None:
    answer = as_boss.post("/settings/inboxes/new/email", **mail_form(**SECRETS))
    assert answer.status_code == 302
    page = as_boss.get(answer.location).text
    assert "IMAP password" in page
    assert "Stored" in page
    inbox = inbox_of(desk)
    assert inbox.address == "help@tarnfold.example"
    assert inbox.settings == {"imap_host": "imap.example"}, "what is as usual is not kept"
    changed = mail_form(imap_host="other.example", **{"smtp_password-removed": "yes"})
    assert as_boss.post(answer.location, **changed).status_code == 302
    values = desk.values_of(inbox_of(desk))
    assert values == {"imap_host": "other.example", "imap_password": SECRETS["imap_password"]}
    wrong = mail_form(imap_port="70000", imap_password="typed-secret")
    refused = as_boss.post(answer.location, **wrong)
    assert refused.status_code == 409
    assert 'aria-invalid="true"' in refused.text
    with desk.read() as session:
        told = str([(e.data, e.reason) for e in session.scalars(select(AuditEvent))])
    for secret in (*SECRETS.values(), "typed-secret"):
        assert secret not in page + refused.text + told


def test_an_inbox_follows_the_desks_mail_server_until_it_has_its_own(
    desk: Desk, as_boss: Visit
) -> None:
    object.__setattr__(
        desk.settings,
        "__dict__",
        {**desk.settings.__dict__, "smtp_host": "relay.example", "smtp_port": 25},
    )
    number = inboxes.add_inbox(desk, SYSTEM, channel="email", address="a@b.example", name="A")
    path = f"/settings/inboxes/{number}"
    page = as_boss.get(path).text
    assert 'value="relay.example"' in page
    as_boss.post(path, **mail_form(smtp_host="relay.example", smtp_port="25"))
    assert "smtp_host" not in inbox_of(desk).settings
    as_boss.post(path, **mail_form(smtp_host="own.example", smtp_port="587"))
    assert inbox_of(desk).settings["smtp_port"] == 587


def test_a_wrong_address_or_channel_is_refused(as_boss: Visit) -> None:
    assert as_boss.get("/settings/inboxes/new/pigeon").status_code == 404
    assert as_boss.post("/settings/inboxes/new/email", **mail_form()).status_code == 302
    again = as_boss.post("/settings/inboxes/new/email", **mail_form())
    assert again.status_code == 409
    assert as_boss.post("/settings/inboxes/new/sms", **{"inbox-name": "x"}).status_code == 409


def test_a_chat_gets_a_key_and_shows_its_tag(as_boss: Visit, desk: Desk) -> None:
    answer = as_boss.post("/settings/inboxes/new/chat", **{"inbox-name": "Shop"})
    assert f'data-inbox="{inbox_of(desk).address}"' in as_boss.get(answer.location).text
    as_boss.post(answer.location + "/deactivation")
    assert not inbox_of(desk).active
    as_boss.post(answer.location + "/reactivation")
    assert inbox_of(desk).active


def test_business_hours_are_written_as_people_write_them(as_boss: Visit, desk: Desk) -> None:
    fields = {
        "name": "Shanghai",
        "timezone": "Asia/Shanghai",
        "day-0": "9:00-12:30，13:30-18:00",
        "day-1": "9-17",
        "holidays": "2026-10-01 国庆节\n2026-10-02 国庆节",
    }
    assert as_boss.post("/settings/hours", **fields).status_code == 302
    with desk.read() as session:
        hours = session.scalars(select(BusinessHours)).one()
        assert hours.week[:3] == [[[540, 750], [810, 1080]], [[540, 1020]], []]
        assert hours.is_default, "the first ones are"
        assert [day.name for day in hours.holidays] == ["国庆节", "国庆节"]
    for wrong in (
        {"day-0": "9 to 5"},
        {"day-0": "17:00-9:00"},
        {"day-0": "9-12, 11-13"},
        {"day-0": "", "day-1": ""},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"holidays": "Christmas"},
        {"name": " "},
    ):
        answer = as_boss.post("/settings/hours", **({**fields, "name": "Other"} | wrong))
        assert answer.status_code == 409, wrong
    assert as_boss.post("/settings/hours/1/removal").status_code == 409, "the default ones stay"
    assert as_boss.post("/settings/hours", **fields).status_code == 409


def tagged(desk: Desk, ticket: int) -> list[str]:
    with desk.read() as session:
        return [tag.name for tag in session.get_one(Ticket, ticket).tags]


def tag_id(desk: Desk, name: str) -> int:
    with desk.read() as session:
        return session.scalars(select(Tag.id).where(Tag.name == name)).one()


def test_tags_are_renamed_merged_and_deleted(as_supervisor: Visit, desk: Desk, ticket: int) -> None:
    set_tags(desk, SYSTEM, ticket, ["refnd", "refund", "tent"])
    as_supervisor.post(f"/settings/tags/{tag_id(desk, 'tent')}", name=" Tents ")
    as_supervisor.post(f"/settings/tags/{tag_id(desk, 'refnd')}/merge", into="Refund")
    assert tagged(desk, ticket) == ["refund", "tents"]
    taken = as_supervisor.post(f"/settings/tags/{tag_id(desk, 'tents')}", name="refund")
    assert taken.status_code == 409
    as_supervisor.post(f"/settings/tags/{tag_id(desk, 'tents')}/removal")
    assert tagged(desk, ticket) == ["refund"]
    assert as_supervisor.post("/settings/tags/999/removal").status_code == 404


TOKEN = re.compile(r"hd_[\w-]{40,}")


def test_a_token_is_shown_once_and_revoked(as_mei: Visit, as_boss: Visit, desk: Desk) -> None:
    answer = as_mei.post("/settings/tokens", name="Reports", scopes="tickets:read", days="30")
    token = TOKEN.search(answer.text)
    assert token is not None
    with desk.read() as session:
        row = session.scalars(select(ApiToken)).one()
    assert row.sha256 == digest(token[0])
    assert row.scopes == ["tickets:read"]
    assert row.expires_at is not None
    assert row.expires_at > row.created_at + timedelta(days=29)
    for visit in (as_mei, as_boss):
        page = visit.get("/settings/tokens").text
        assert "Reports" in page
        assert not TOKEN.search(page)
    as_mei.post(f"/settings/tokens/{row.id}/revocation")
    assert "Revoked" in as_boss.get("/settings/tokens").text


def test_tokens_of_others_are_an_admins_matter(
    as_mei: Visit, as_boss: Visit, boss: Actor, desk: Desk
) -> None:
    create_token(desk, boss, "Nightly")
    assert "Nightly" not in as_mei.get("/settings/tokens").text
    assert as_mei.post("/settings/tokens/1/revocation").status_code == 404
    with pytest.raises(NotPossible):
        create_token(desk, boss, "Nothing", scopes=())


def test_two_factors_are_demanded_by_role(as_boss: Visit, desk: Desk, stranger: Visit) -> None:
    jonas = make_agent(desk, "Jonas Weber")
    as_boss.get("/settings/roles")
    as_boss.post("/settings/roles", second_factor="agent")
    assert stranger.sign_in(jonas.email).location == "/login/second-factor"
    as_boss.post("/settings/roles")
    assert stranger.sign_in(jonas.email).location == "/tickets"
