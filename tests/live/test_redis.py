"""With Redis: every process pokes through it, and no change row is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk import live as live_pages
from helpdesk.actions import replies
from helpdesk.models import Change
from tests.factories import make_agent
from tests.live.conftest import Running, run_desk


@pytest.fixture
def live(tmp_path: Path, redis) -> Iterator[Running]:  # type: ignore[no-untyped-def]
    yield from run_desk(tmp_path, HELPDESK_REDIS_URL=redis.url)


def test_a_worker_pokes_through_redis(live: Running):
    mei = make_agent(live.desk)
    ann = live.visitor()
    ticket = ann.say()
    page, chat = live.page_of(mei), live.chat(ann)
    live_pages.attach_writer(live.desk)
    replies.send(live.desk, mei, ticket, "From a worker")
    assert chat.next("poke")["ticket"] == ticket
    assert page.next("poke")["ticket"] == ticket
    with live.desk.read() as session:
        assert session.scalar(select(func.count(Change.id))) == 0


def test_while_redis_is_away_nothing_is_lost(live: Running, redis):
    mei = make_agent(live.desk)
    ann = live.visitor()
    ticket = ann.say()
    live_pages.attach_writer(live.desk)
    redis.kill()
    replies.send(live.desk, mei, ticket, "Into the dark")
    assert [m["text"] for m in ann.pull()["messages"]][-1] == "Into the dark"
