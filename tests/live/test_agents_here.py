"""A page that is open counts, whether or not anything is written in it."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import update

from helpdesk.models import AgentSession, now
from helpdesk.queries.bot_context import people_are_here
from tests.live.conftest import PATIENCE, Running


def is_here(live: Running) -> bool:
    with live.desk.read() as session:
        return people_are_here(session)


def test_an_agent_with_an_open_page_is_here_and_one_who_closed_it_is_not(
    live: Running, mei
) -> None:
    cookie = live.session(mei)
    long_ago = update(AgentSession).values(seen_at=now() - timedelta(minutes=3))
    with live.desk.write() as session:
        session.execute(long_ago)
    assert not is_here(live)
    page = live.socket("/agents", headers={"Cookie": cookie})
    deadline = time.monotonic() + PATIENCE
    while not is_here(live) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_here(live), "the socket was not written down"
    page.client.disconnect()
    with live.desk.write() as session:
        session.execute(long_ago)
    assert not is_here(live)
