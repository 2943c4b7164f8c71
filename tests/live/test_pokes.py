"""Pokes: after the commit, to those who may know, with numbers and nothing else."""

from __future__ import annotations

import time

import requests
from sqlalchemy import func, select

from helpdesk.actions import replies, tickets
from helpdesk.models import Change, Ticket
from helpdesk.rules.actor import SYSTEM


def version(live, ticket: int) -> int:
    with live.desk.read() as session:
        return int(session.get_one(Ticket, ticket).version)


def test_a_poke_comes_after_the_commit_and_carries_only_numbers(live, mei):
    page = live.page_of(mei)
    ticket = live.visitor().say("My card number is 4111 1111 1111 1111")
    poke = page.next("poke")
    assert set(poke) == {"ticket", "version"}
    assert all(type(value) is int for value in poke.values())
    assert poke["ticket"] == ticket
    assert version(live, ticket) >= poke["version"], "what it tells of can be read by now"


def test_a_visitor_is_poked_for_their_own_ticket_only(live, mei):
    ann, bo = live.visitor(), live.visitor()
    hers, his = live.chat(ann), live.chat(bo)
    ticket = ann.say()
    assert hers.next("poke")["ticket"] == ticket
    assert his.hears_nothing()


def test_the_answer_of_another_process_reaches_the_browser(live, mei):
    """The CLI, a worker: their commits leave a change row, which the web process tails."""
    ann = live.visitor()
    ticket = ann.say()
    page, socket = live.page_of(mei), live.chat(ann)
    before = version(live, ticket)
    live.process.run("reply", str(ticket), "From the command line")
    committed = time.monotonic()
    assert socket.next("poke")["version"] > before
    assert page.next("poke")["ticket"] == ticket
    assert time.monotonic() - committed < 3
    assert [m["text"] for m in ann.pull()["messages"]][-1] == "From the command line"


def test_a_commit_of_the_web_process_needs_no_change_row(live):
    with live.desk.read() as session:
        before = session.scalar(select(func.count(Change.id)))
    live.visitor().say()
    with live.desk.read() as session:
        assert session.scalar(select(func.count(Change.id))) == before


def test_what_was_missed_is_pulled_after_a_lost_connection(live, mei):
    ann = live.visitor()
    socket = live.chat(ann)
    ticket = ann.say()
    cursor = ann.pull()["cursor"]
    socket.client.disconnect()
    for word in ("one", "two"):
        replies.send(live.desk, mei, ticket, word)
    live.chat(ann)
    assert [m["text"] for m in ann.pull(cursor)["messages"]] == ["one", "two"]


class TestPrivateTeams:
    def test_promise_6_an_agent_of_another_team_gets_no_poke(self, live, mei, lawyer, legal):
        ann = live.visitor()
        ticket = ann.say("Notice of claim")
        tickets.move_to_team(live.desk, SYSTEM, ticket, legal)
        hers, his = live.page_of(lawyer), live.page_of(mei)
        time.sleep(1)
        hers.forget()
        his.forget()
        ann.say("more")
        assert hers.next("poke")["ticket"] == ticket
        assert his.hears_nothing()

    def test_whoever_it_is_assigned_to_gets_one(self, live, mei, legal):
        ticket = live.visitor().say()
        tickets.assign(live.desk, SYSTEM, ticket, mei.id)
        tickets.move_to_team(live.desk, SYSTEM, ticket, legal)
        page = live.page_of(mei)
        time.sleep(1)
        page.forget()
        replies.note(live.desk, SYSTEM, ticket, "a note")
        assert page.next("poke")["ticket"] == ticket

    def test_promise_6_a_watcher_hears_nothing_once_it_is_private(self, live, mei, legal):
        ann = live.visitor()
        ticket = ann.say()
        page, chat = live.page_of(mei), live.chat(ann)
        assert page.ask("watch", {"ticket": ticket}) > 0
        tickets.move_to_team(live.desk, SYSTEM, ticket, legal)
        time.sleep(1)
        page.forget()
        chat.tell("typing")
        assert page.hears_nothing()
        assert page.ask("watch", {"ticket": ticket}) == 0


def test_the_desk_stays_well(live):
    assert requests.get(f"{live.url}/healthz", timeout=5).ok
    assert "Traceback" not in live.process.log
