"""Who may open a socket, what may be said over it, and who hears it."""

from __future__ import annotations

import queue
import time

import pytest
import requests
import socketio
import websocket

from helpdesk.actions import agents
from tests.factories import make_agent
from tests.live.conftest import Socket

EVIL = "https://evil.example"


def is_refused(live, namespace: str, origin: str | None = None, **more: object) -> bool:
    client = socketio.Client(
        reconnection=False, handle_sigint=False, websocket_extra_options={"origin": origin}
    )
    try:
        socket = Socket(namespace, client).connect(live.url, **more)
    except socketio.exceptions.ConnectionError:
        return True
    socket.client.disconnect()
    return False


class TestWhoMayConnect:
    def test_nobody_without_a_session_hears_the_agents(self, live):
        assert is_refused(live, "/agents")
        assert is_refused(live, "/agents", headers={"Cookie": "session=forged"})

    def test_a_session_that_was_ended_hears_nothing(self, live):
        jonas = make_agent(live.desk, "Jonas Weber")
        cookie = live.session(jonas)
        assert not is_refused(live, "/agents", headers={"Cookie": cookie})
        agents.end_sessions(live.desk, jonas)
        assert is_refused(live, "/agents", headers={"Cookie": cookie})

    def test_another_sites_page_cannot_use_an_agents_session(self, live, mei):
        cookie = {"Cookie": live.session(mei)}
        assert not is_refused(live, "/agents", headers=cookie, origin=live.url)
        assert is_refused(live, "/agents", headers=cookie, origin=EVIL)

    @pytest.mark.parametrize("auth", [
        None, {}, [], "x", {"inbox": "shop"}, {"inbox": "shop", "token": "forged"},
        {"inbox": "nowhere", "token": "x"}, {"inbox": ["shop"], "token": {"a": 1}},
    ])  # fmt: skip
    def test_a_forged_token_is_refused(self, live, auth):
        assert is_refused(live, "/chat", auth=auth)

    def test_a_visitor_cannot_join_the_agents(self, live):
        assert is_refused(live, "/agents", auth=live.visitor().auth)

    def test_another_sites_page_cannot_open_a_visitors_socket(self, live):
        auth = live.visitor().auth
        assert is_refused(live, "/chat", auth=auth, origin=EVIL)

    def test_only_websockets_are_served(self, live):
        answer = requests.get(f"{live.url}/socket.io/?EIO=4&transport=polling", timeout=5)
        assert answer.status_code == 400


class TestTyping:
    def test_the_visitor_types_and_the_watching_agent_learns_the_name_only(self, live, mei):
        ann = live.visitor()
        ticket = ann.say()
        watching, elsewhere, chat = live.page_of(mei), live.page_of(mei), live.chat(ann)
        assert watching.ask("watch", {"ticket": ticket}) > 0
        watching.forget()
        elsewhere.forget()
        chat.tell("typing", {"text": "a secret draft"})
        assert set(watching.next("typing")) == {"ticket", "name"}
        assert elsewhere.hears_nothing()

    def test_an_agent_types_and_the_visitor_learns_the_name_only(self, live, mei):
        ann, bo = live.visitor(), live.visitor()
        ticket = ann.say()
        page, hers, his = live.page_of(mei), live.chat(ann), live.chat(bo)
        page.tell("typing", {"ticket": ticket, "text": "a secret draft"})
        assert hers.next("typing") == {"name": "Mei Chen"}
        assert his.hears_nothing()

    def test_it_is_throttled(self, live, mei):
        ann = live.visitor()
        ticket = ann.say()
        page, chat = live.page_of(mei), live.chat(ann)
        for _ in range(20):
            page.tell("typing", {"ticket": ticket})
        chat.next("typing")
        assert chat.hears_nothing("typing")

    def test_promise_6_nobody_watches_or_types_where_they_may_not_look(self, live, mei, legal):
        from helpdesk.actions.tickets import move_to_team
        from helpdesk.rules.actor import SYSTEM

        ann = live.visitor()
        ticket = ann.say()
        move_to_team(live.desk, SYSTEM, ticket, legal)
        page, chat = live.page_of(mei), live.chat(ann)
        chat.forget()
        assert page.ask("watch", {"ticket": ticket}) == 0
        page.tell("typing", {"ticket": ticket})
        chat.tell("typing")
        page.forget()
        assert chat.hears_nothing("typing")
        assert page.hears_nothing("typing")

    def test_a_page_that_shows_another_ticket_hears_of_that_one_only(self, live, mei):
        ann, bo = live.visitor(), live.visitor()
        first, second = ann.say(), bo.say()
        page, hers = live.page_of(mei), live.chat(ann)
        page.ask("watch", {"ticket": first})
        page.ask("watch", {"ticket": second})
        page.forget()
        hers.tell("typing")
        assert page.hears_nothing()


class TestPresence:
    def test_a_sign_that_comes_too_soon_is_told_so_and_heard_when_said_again(self, live, mei):
        ticket = live.visitor().say()
        mine, theirs = live.page_of(mei), live.page_of(mei)
        theirs.ask("watch", {"ticket": ticket})
        answers: queue.Queue[bool] = queue.Queue()
        looks, replies = ({"ticket": ticket, "replying": each} for each in (False, True))
        for _ in range(20):
            mine.client.emit("here", looks, namespace="/agents", callback=answers.put)
        assert {answers.get(timeout=10) for _ in range(20)} == {True, False}
        while not mine.ask("here", replies):
            time.sleep(0.1)
        while not theirs.next("here")["replying"]:
            pass


class TestBadInput:
    @pytest.mark.parametrize("data", [
        None, 7, "x", [], {}, {"ticket": "1"}, {"ticket": None}, {"ticket": 10**30}, {"ticket": -1},
        {"ticket": True}, {"ticket": 999_999},
    ])  # fmt: skip
    def test_promise_9_odd_events_are_answered_no(self, live, mei, data):
        page = live.page_of(mei)
        assert page.ask("watch", data) == 0
        page.tell("typing", data)
        page.tell("no such event", data)
        assert page.ask("watch", {"ticket": 0}) == 0, "the socket is still served"

    def test_promise_9_a_packet_that_is_too_large_ends_its_socket_only(self, live, mei):
        page = live.page_of(mei)
        address = live.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        for packet in ("x" * 100_000, b"\x00\xff" * 5000, "4" * 20_000, '42/chat,["x",', "9"):
            socket = websocket.create_connection(address, timeout=5)
            socket.recv()
            send = socket.send if isinstance(packet, str) else socket.send_binary
            send(packet)
            socket.close()
        assert page.ask("watch", {"ticket": 0}) == 0
        assert requests.get(f"{live.url}/healthz", timeout=5).ok
