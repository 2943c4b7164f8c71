"""Scaled out: two gevent workers, PostgreSQL and Redis. Whoever serves a request, all are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import make_agent
from tests.live.conftest import Running, run_desk


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
        assert page.ask("watch", {"ticket": ticket}) is True
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
