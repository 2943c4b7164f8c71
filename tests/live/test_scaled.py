"""Scaled out: two gevent workers, PostgreSQL and Redis. Whoever serves a request, all are told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from helpdesk.desk import Desk
from helpdesk.models import Ticket
from tests.factories import make_agent
from tests.live.conftest import Running, run_desk
from tests.patience import eventually


@pytest.fixture
def live(tmp_path: Path, redis, postgres, postgres_template) -> Iterator[Running]:  # type: ignore[no-untyped-def]
    yield from run_desk(
        tmp_path,
        postgres.clone(postgres_template),
        HELPDESK_REDIS_URL=redis.url,
        HELPDESK_ASYNC_MODE="gevent",
        HELPDESK_WORKERS="2",
    )


def test_pokes_and_typing_reach_the_sockets_of_every_worker(live: Running):
    mei = make_agent(live.desk)
    ann = live.visitor()
    ticket = ann.say()
    pages = [live.page_of(mei) for _ in range(4)]
    chats = [live.chat(ann) for _ in range(4)]
    for page in pages:
        assert page.ask("watch", {"ticket": ticket}) > 0
        page.forget()
    ann.say("to all of you")
    assert [page.next("poke")["ticket"] for page in pages] == [ticket] * 4
    assert [chat.next("poke")["ticket"] for chat in chats] == [ticket] * 4
    chats[0].tell("typing")
    assert [page.next("typing")["ticket"] for page in pages] == [ticket] * 4
    pages[0].tell("typing", {"ticket": ticket})
    assert [chat.next("typing") for chat in chats] == [{"name": "Mei Chen"}] * 4
    live.process.run("reply", str(ticket), "From the command line")
    assert chats[0].next("poke")["ticket"] == ticket
    assert [m["text"] for m in ann.pull()["messages"]][-1] == "From the command line"


def test_who_waits_for_a_row_holds_up_nobody_else(live: Running):
    ann = live.visitor()
    ticket = ann.say()
    with ThreadPoolExecutor(4) as pool:
        with live.desk.write() as session:
            session.scalars(select(Ticket).where(Ticket.id == ticket).with_for_update()).one()
            said = [pool.submit(ann.say, f"while it is held {n}") for n in range(4)]
            eventually(lambda: waiting_for_rows(live.desk) >= 2)  # one a worker, at the least
            assert live.process.is_healthy()
            assert live.visitor().say("somebody else") != ticket
        assert [answer.result(10) for answer in said] == [ticket] * 4


def waiting_for_rows(desk: Desk) -> int:
    question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with desk.read() as session:
        return int(session.scalar(text(question)) or 0)
