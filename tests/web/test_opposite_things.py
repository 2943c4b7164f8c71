"""Two agents do opposite things to one ticket: what the second one's page says, and what both show.

The moment itself, with threads, is ``tests/actions/test_opposite_things_at_once.py``. Here both
have the page open, Mei is first, and Bo presses a button that still shows what was.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.desk import Desk
from helpdesk.rules.actor import Actor
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit

MEI, BO = "Mei Chen", "Bo Weber"
VERBS = ("assign", "resolve", "merge", "send")
ALONE = {  # what the page of the ticket then says of what one of them did
    "assign": "{who} took the ticket",
    "resolve": "{who} resolved the ticket",
    "merge": "{who} merged ticket 1 into this one",
    "send": "From {who}",
}
TOLD = "Ticket 1 is part of ticket 2 now. Go on there."
STANDS = {  # (Mei's, Bo's): what else than both of it the page says
    ("resolve", "resolve"): [("resolve", MEI)],  # it was resolved already
    ("assign", "merge"): [("merge", BO)],  # ticket 2 tells its own events; Mei is its assignee
    ("resolve", "merge"): [("merge", BO)],  # there the customer still waits
    **{("merge", verb): [("merge", MEI)] for verb in VERBS},  # Bo is told of it
}


@dataclass
class Page:
    """An agent with the page of ticket 1 as it was at first; ticket 2 is of the same customer."""

    visit: Visit
    agent: Actor

    def press(self, verb: str) -> TestResponse:
        if verb == "assign":
            return self._post("assignee", agent=self.agent.id)
        if verb == "resolve":
            return self._post("status", status="resolved")
        if verb == "merge":
            return self._post("merge", into=2)
        return self._post("replies", text=f"From {self.agent.name}", seen_seq="1")

    def _post(self, what: str, **fields: object) -> TestResponse:
        return self.visit.post(f"/tickets/1/{what}", fragment=True, **fields)

    def now(self) -> str:
        """Where the address of the ticket leads by now, followed as a browser does."""
        answer = self.visit.client.get("/tickets/1", follow_redirects=True)
        return html.unescape(answer.text)


@pytest.fixture
def pages(app: Flask, desk: Desk) -> tuple[Page, Page]:
    assert [receive(desk, Mail(subject=subject)).ticket for subject in ("A", "B")] == [1, 2]
    agents = [make_agent(desk, name) for name in (MEI, BO)]
    both = [Page(Visit(app.test_client()).enter(agent), agent) for agent in agents]
    for page in both:
        page.visit.get("/tickets/1")
    return both[0], both[1]


@pytest.mark.parametrize("then", VERBS)
@pytest.mark.parametrize("first", VERBS)
def test_promise_5_the_second_is_told_and_both_pages_say_what_was_done(
    pages: tuple[Page, Page], first: str, then: str
) -> None:
    mei, bo = pages
    assert mei.press(first).status_code < 400
    answer = bo.press(then)
    if first == "merge":
        assert (answer.status_code, TOLD in html.unescape(answer.text)) == (409, True)
    else:
        assert answer.status_code < 400
    done = STANDS.get((first, then), [(first, MEI), (then, BO)])
    shown = [page.now() for page in pages]
    for verb, who in done:
        assert [ALONE[verb].format(who=who) in page for page in shown] == [True, True], verb
    if (first, then) == ("assign", "merge"):
        assert all(f'<span class="cut" translate="no">{MEI}</span>' in page for page in shown)
    for verb, who in {(first, MEI), (then, BO)} - set(done):
        assert ALONE[verb].format(who=who) not in "".join(shown)
