"""Who a browser is: tokens that cannot be forged, lent to another widget or guessed."""

from __future__ import annotations

import jwt
import pytest
from sqlalchemy import update

from helpdesk.actions.inboxes import add_inbox, set_active
from helpdesk.config import Settings
from helpdesk.desk import Desk
from helpdesk.models import Inbox
from helpdesk.rules import visitor_token
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.visitor_token import Identity, Visitor, resumed
from tests.patience import eventually
from tests.widget.conftest import KEY


def test_a_browser_stays_the_same_visitor(browser_of):
    visitor = browser_of()
    assert visitor.start().status_code == 201
    first = visitor.id
    assert visitor.start().json["visitor"] == first


def test_a_page_that_is_only_opened_leaves_no_trace(desk: Desk, visitor):
    from helpdesk.models import ContactPoint, Customer

    visitor.pull()
    with desk.read() as session:
        assert session.query(ContactPoint).count() == 0
        assert session.query(Customer).count() == 0


@pytest.mark.parametrize("path", ["messages?after=", "files/1?t=x"])
def test_without_a_token_nothing_is_told(browser_of, path):
    assert browser_of().ask(path).status_code in (401, 403, 404)


def forged(desk: Desk, inbox: int, visitor_id: str) -> list[str]:
    key = desk.vault.key(visitor_token.KEY_PURPOSE)
    claims = {"sub": visitor_id, "aud": f"chat:{inbox}", "exp": 4102444800}
    good = visitor_token.make(Visitor(visitor_id, inbox), key)
    return [
        jwt.encode(claims, "another key that is long enough to sign", "HS256"),
        jwt.encode(claims, None, "none"),
        jwt.encode(claims | {"exp": 1}, key, "HS256"),
        jwt.encode(claims | {"aud": f"chat:{inbox + 1}"}, key, "HS256"),
        jwt.encode(claims | {"aud": "file:1"}, key, "HS256"),
        jwt.encode({k: v for k, v in claims.items() if k != "exp"}, key, "HS256"),
        good[:-2] + ("aa" if not good.endswith("aa") else "bb"),
        "x" * 10_000,
        "é",
        "a.b.c",
    ]


def test_promise_6_a_forged_token_gets_401_and_stores_nothing(desk: Desk, inbox, visitor):
    visitor.say("I am here")
    before = _stored(desk)
    for token in forged(desk, inbox, visitor.id):
        visitor.token = token
        for answer in (visitor.ask("messages?after="), visitor.say("me too"), visitor.read(t1=1),
                       visitor.leave(email="ann@fjell.example")):  # fmt: skip
            assert answer.status_code == 401
            assert answer.json["error"] == "bad_token"
            assert answer.json["message"].endswith(".")
    assert _stored(desk) == before


def _stored(desk: Desk) -> tuple[int, int]:
    from helpdesk.models import ContactPoint, Envelope

    with desk.read() as session:
        return session.query(Envelope).count(), session.query(ContactPoint).count()


def test_a_forged_token_at_the_start_begins_anew(desk: Desk, inbox, visitor):
    for token in forged(desk, inbox, visitor.id):
        visitor_before = visitor.id
        visitor.token = token
        assert visitor.start().status_code == 201
        assert visitor.id != visitor_before


def test_a_token_holds_in_its_own_widget_only(desk: Desk, visitor):
    add_inbox(desk, SYSTEM, channel="chat", address="other", name="Other")
    visitor.key = "other"
    assert visitor.say("hello").status_code == 401


def test_a_widget_that_is_not_there_says_so(browser_of):
    answer = browser_of(key="nowhere").start()
    assert (answer.status_code, answer.json["error"]) == (404, "no_widget")


def test_a_widget_that_is_switched_off_is_gone_at_once(desk: Desk, inbox, visitor):
    assert visitor.say("Hello").status_code == 201
    set_active(desk, SYSTEM, inbox, active=False)
    assert visitor.say("Are you there?").status_code == 404
    set_active(desk, SYSTEM, inbox, active=True)
    assert visitor.say("And now?").status_code == 201


def test_a_widget_that_another_process_switched_off_is_gone_soon(desk: Desk, inbox, visitor):
    assert visitor.say("Hello").status_code == 201
    with desk.database.engine.begin() as other:
        other.execute(update(Inbox).where(Inbox.id == inbox).values(active=False))
    eventually(lambda: visitor.ask("messages").status_code == 404)


def test_another_site_cannot_speak_for_a_visitor(app, visitor):
    headers = {"Authorization": f"Bearer {visitor.token}", "Origin": "https://evil.example"}
    client = app.test_client()
    said = {"text": "hi", "client_id": "c_12345678"}
    assert client.post(f"/widget/{KEY}/messages", json=said, headers=headers).status_code == 403
    assert client.get(f"/widget/{KEY}/messages", headers=headers).status_code == 403
    headers["Origin"] = "http://localhost"
    assert client.post(f"/widget/{KEY}/messages", json=said, headers=headers).status_code == 201


class TestTooManyVisitors:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"chats_per_address": 3})

    def test_one_address_opens_only_so_many_chats(self, browser_of):
        browsers = [browser_of() for _ in range(4)]
        answers = [browser.start() for browser in browsers]
        assert [a.status_code for a in answers] == [201, 201, 201, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert answers[-1].json["message"].startswith("Too many chats")
        assert browsers[0].start().status_code == 201, "who is known already may come back"


class TestResumed:
    ann, bob = Identity("ann"), Identity("bob")
    known = Visitor("v_1", 1)

    def test_signing_in_keeps_what_was_said_before(self):
        assert resumed(self.known, 1, self.ann) == Visitor("v_1", 1, self.ann)

    @pytest.mark.parametrize("now", [None, bob])
    def test_after_a_logout_the_browser_is_somebody_else(self, now):
        signed_in = Visitor("v_1", 1, self.ann)
        assert resumed(signed_in, 1, now).id != "v_1"

    def test_the_same_person_again_is_the_same_visitor(self):
        renewed = Identity("ann", name="Ann W.")
        assert resumed(Visitor("v_1", 1, self.ann), 1, renewed) == Visitor("v_1", 1, renewed)
