"""Articles that move to another address, and categories that go."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions import article_renaming, articles, knowledge, knowledge_index, shelves
from helpdesk.desk import Desk
from helpdesk.models import Article, NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.queries.article_editor import categories
from helpdesk.queries.articles import moved_to
from helpdesk.rules.actor import Actor, NotAllowed, Role
from helpdesk.rules.article_words import Words
from tests.factories import make_agent


@pytest.fixture
def agent(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def supervisor(desk: Desk) -> Actor:
    return make_agent(desk, "Sam Lee", Role.SUPERVISOR)


class TestAddresses:
    """An article may move; what pointed to it still finds it."""

    @pytest.fixture
    def moved(self, desk: Desk, supervisor: Actor) -> int:
        text = articles.write(desk, supervisor, "returns", "en", Words("Returns", "Send it."))
        articles.publish(desk, supervisor, text)
        knowledge_index.catch_up_now(desk)
        article_renaming.rename(desk, supervisor, "returns", "send-back")
        return text

    def test_it_is_found_at_the_new_address_and_the_old_one_leads_there(
        self, desk: Desk, moved: int
    ) -> None:
        knowledge_index.catch_up_now(desk)
        hits = knowledge.search(desk, "returns", "en", public_only=True)
        assert [one.slug for one in hits] == ["send-back"]
        with desk.read() as session:
            assert moved_to(session, "returns") == "send-back"
            assert moved_to(session, "send-back") == ""

    def test_words_for_the_old_address_reach_it(
        self, desk: Desk, supervisor: Actor, moved: int
    ) -> None:
        words = Words("Returns", "Send it soon.")
        assert articles.write(desk, supervisor, "returns", "en", words) == moved

    def test_it_may_go_back_and_no_other_may_take_what_it_had(
        self, desk: Desk, supervisor: Actor, moved: int
    ) -> None:
        articles.write(desk, supervisor, "other", "en", Words("Other", "Text."))
        for taken in ("returns", "send-back"):
            with pytest.raises(NotPossible, match="has the address"):
                article_renaming.rename(desk, supervisor, "other", taken)
        article_renaming.rename(desk, supervisor, "send-back", "returns")
        with desk.read() as session:
            assert moved_to(session, "send-back") == "returns"
            assert moved_to(session, "returns") == ""

    def test_what_is_no_address_and_who_may_not_are_refused(
        self, desk: Desk, agent: Actor, supervisor: Actor, moved: int
    ) -> None:
        with pytest.raises(NotPossible):
            article_renaming.rename(desk, supervisor, "send-back", "a b/c")
        with pytest.raises(NotFound):
            article_renaming.rename(desk, supervisor, "nothing", "something")
        with pytest.raises(NotAllowed):
            article_renaming.rename(desk, agent, "send-back", "mine")


def test_a_category_goes_when_it_is_empty_or_its_articles_have_a_place(
    desk: Desk, agent: Actor, supervisor: Actor
) -> None:
    money, care = (
        shelves.name_category(desk, supervisor, slug, {"en": slug}) for slug in ("money", "care")
    )
    articles.write(desk, supervisor, "returns", "en", Words("Returns", "Send it."))
    shelves.place(desk, supervisor, "returns", category_id=money, is_public=True)
    with pytest.raises(NotAllowed):
        shelves.remove_category(desk, agent, "care")
    for into in ("", "money"):
        with pytest.raises(NotPossible, match="Choose another category"):
            shelves.remove_category(desk, supervisor, "money", into)
    with pytest.raises(NotFound):
        shelves.remove_category(desk, supervisor, "money", "nothing")
    shelves.remove_category(desk, supervisor, "money", "care")
    with desk.read() as session:
        assert [(c.slug, c.articles) for c in categories(session)] == [("care", 1)]
        assert session.scalars(select(Article.category_id)).all() == [care]
    shelves.name_category(desk, supervisor, "empty", {"en": "Empty"})
    shelves.remove_category(desk, supervisor, "empty")
