"""Articles: who may do what, what is kept, and that the index never misses a change."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions import articles, shelves
from helpdesk.desk import Desk
from helpdesk.models import (
    ArticleRevision,
    ArticleText,
    AuditEvent,
    Base,
    IndexChange,
    NotPossible,
)
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import ANYBODY, SYSTEM, Actor, NotAllowed, Role
from helpdesk.rules.article_words import Words
from tests.factories import make_agent

FIRST = Words("Return a product", "Within 60 days.", ("send it back",))
SECOND = Words("Return a product", "Within 30 days.", ("send it back",))


@pytest.fixture
def agent(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def supervisor(desk: Desk) -> Actor:
    return make_agent(desk, "Sam Lee", Role.SUPERVISOR)


def rows(desk: Desk, of: type[Base]) -> list[Base]:
    with desk.read() as session:
        return list(session.scalars(select(of).order_by(of.id)))  # type: ignore[attr-defined]


def text(desk: Desk) -> ArticleText:
    (one,) = rows(desk, ArticleText)
    assert isinstance(one, ArticleText)
    return one


def test_an_agent_writes_a_draft_and_a_supervisor_publishes_it(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    assert (text(desk).status, text(desk).revision) == ("draft", 1)
    assert not rows(desk, IndexChange)
    with pytest.raises(NotAllowed):
        articles.publish(desk, agent, text_id)
    articles.publish(desk, supervisor, text_id)
    assert text(desk).status == "published"
    assert [change.document for change in rows(desk, IndexChange)] == ["returns:en"]  # type: ignore[attr-defined]


def test_what_is_written_about_a_published_article_waits(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    articles.publish(desk, supervisor, text_id)
    articles.write(desk, agent, "returns", "en", SECOND)
    assert (text(desk).body, text(desk).revision) == ("Within 60 days.", 1)
    assert len(rows(desk, IndexChange)) == 1
    articles.publish(desk, supervisor, text_id)
    assert (text(desk).body, text(desk).revision) == ("Within 30 days.", 2)
    assert len(rows(desk, IndexChange)) == 2


def test_an_old_revision_is_restored_as_a_new_one(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    articles.write(desk, supervisor, "returns", "en", SECOND)
    articles.restore(desk, agent, text_id, 1)
    found = rows(desk, ArticleRevision)
    assert [one.body for one in found] == [FIRST.body, SECOND.body, FIRST.body]  # type: ignore[attr-defined]
    assert text(desk).body == FIRST.body
    with pytest.raises(NotFound):
        articles.restore(desk, agent, text_id, 9)


def test_the_same_words_again_are_no_revision(desk: Desk, agent: Actor) -> None:
    for _ in range(2):
        articles.write(desk, agent, "returns", "en", FIRST)
    assert len(rows(desk, ArticleRevision)) == 1


def test_two_writers_at_once_lose_nothing(desk: Desk, agent: Actor) -> None:
    articles.write(desk, agent, "returns", "en", FIRST, seen=0)
    with pytest.raises(NotPossible, match="meanwhile"):
        articles.write(desk, agent, "returns", "en", SECOND, seen=0)
    articles.write(desk, agent, "returns", "en", SECOND, seen=1)


def test_archiving_takes_it_from_readers_and_from_the_index(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    articles.publish(desk, supervisor, text_id)
    with pytest.raises(NotAllowed):
        articles.archive(desk, agent, text_id)
    articles.archive(desk, supervisor, text_id)
    assert text(desk).status == "archived"
    assert len(rows(desk, IndexChange)) == 2
    articles.publish(desk, supervisor, text_id)
    assert text(desk).status == "published"


def test_only_those_who_publish_move_a_published_article(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    shelves.place(desk, agent, "returns", category_id=None, is_public=False)
    articles.publish(desk, supervisor, text_id)
    with pytest.raises(NotAllowed):
        shelves.place(desk, agent, "returns", category_id=None, is_public=True)
    shelves.place(desk, supervisor, "returns", category_id=None, is_public=True)
    assert len(rows(desk, IndexChange)) == 2


def test_each_change_is_written_down(desk: Desk, agent: Actor, supervisor: Actor) -> None:
    text_id = articles.write(desk, agent, "returns", "en", FIRST)
    articles.publish(desk, supervisor, text_id)
    articles.archive(desk, supervisor, text_id)
    events = [row for row in rows(desk, AuditEvent) if row.event.startswith("article.")]  # type: ignore[attr-defined]
    assert [(e.event, e.actor_id) for e in events] == [  # type: ignore[attr-defined]
        ("article.written", agent.id),
        ("article.published", supervisor.id),
        ("article.archived", supervisor.id),
    ]


def test_strangers_write_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        articles.write(desk, ANYBODY, "returns", "en", FIRST)
    with pytest.raises(NotAllowed):
        shelves.set_synonyms(desk, ANYBODY, "en", [["a", "b"]])


@pytest.mark.parametrize(
    ("slug", "lang", "words"),
    [
        ("../etc", "en", FIRST),
        ("", "en", FIRST),
        ("returns", "fr", FIRST),
        ("returns", "en", Words("", "No title.")),
        ("returns", "en", Words("T" * 201, "Long title.")),
        ("returns", "en", Words("Title", "x" * 200_001)),
    ],
)
def test_what_makes_no_article_is_refused(desk: Desk, slug: str, lang: str, words: Words) -> None:
    with pytest.raises(NotPossible):
        articles.write(desk, SYSTEM, slug, lang, words)
    assert not rows(desk, ArticleText)


def test_an_empty_article_cannot_be_published(desk: Desk) -> None:
    text_id = articles.write(desk, SYSTEM, "returns", "en", Words("Only a title", ""))
    with pytest.raises(NotPossible):
        articles.publish(desk, SYSTEM, text_id)


def test_synonyms_are_replaced_whole(desk: Desk, supervisor: Actor, agent: Actor) -> None:
    with pytest.raises(NotAllowed):
        shelves.set_synonyms(desk, agent, "en", [["parcel", "package"]])
    shelves.set_synonyms(desk, supervisor, "en", [["parcel", "package"], ["alone"]])
    shelves.set_synonyms(desk, supervisor, "en", [["Boot ", "shoe", "boot"]])
    from helpdesk.queries.article_editor import synonym_groups

    with desk.read() as session:
        assert synonym_groups(session, "en") == [["boot", "shoe"]]
