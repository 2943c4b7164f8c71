"""Asking: what is found, by whom, and what is kept of it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from helpdesk.actions import articles, help_visits, knowledge, knowledge_index, question_groups
from helpdesk.desk import Desk
from helpdesk.models import HelpVisit, IndexChange, Question
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.article_words import Words
from tests.factories import make_agent
from tests.library import plant_library


@pytest.fixture
def library(desk: Desk) -> Desk:
    plant_library(desk)
    return desk


def questions(desk: Desk) -> list[Question]:
    with desk.read() as session:
        return list(session.scalars(select(Question).order_by(Question.id)))


def test_a_question_finds_its_article_and_is_kept(library: Desk) -> None:
    answer = knowledge.ask(
        library, "when will I get my refund", "en", place="help", public_only=True
    )
    first = answer.articles[0]
    assert (first.slug, first.lang, first.category) == ("refund", "en", "Money")
    assert first.url == f"{library.settings.url}/help/en/refund"
    assert first.summary.startswith("We pay refunds within five days")
    (kept,) = questions(library)
    assert (kept.id, kept.place, kept.outcome) == (answer.question_id, "help", answer.outcome)
    assert kept.shown[0]["slug"] == "refund"


@pytest.mark.parametrize(
    ("question", "page"), [("退款什么时候到账", "zh-hans"), ("退款什麼時候到帳", "zh-hant")]
)
def test_chinese_is_chinese_whatever_page_it_is_asked_on(
    library: Desk, question: str, page: str
) -> None:
    asked = knowledge.search(library, question, "en", public_only=True)
    assert (asked[0].slug, asked[0].lang) == ("refund", "zh")
    on_page = knowledge.search(library, question, page, public_only=True)
    assert on_page[0].url.endswith(f"/help/{page}/refund")


def test_promise_6_what_is_for_agents_is_never_told_to_customers(library: Desk) -> None:
    for find in (knowledge.search, knowledge.suggest):
        shown = find(library, "goodwill limits xylophone", "en", public_only=True)
        assert "goodwill" not in {one.slug for one in shown}
        told = find(library, "goodwill limits", "en", public_only=False)
        assert ("goodwill", "") in {(one.slug, one.url) for one in told}
    asked = knowledge.ask(library, "goodwill limits", "en", place="bot", public_only=True)
    assert "goodwill" not in {one.slug for one in asked.articles}


def test_what_was_hidden_or_archived_since_the_index_was_made_is_not_shown(library: Desk) -> None:
    from helpdesk.actions import shelves

    shelves.place(library, SYSTEM, "refund", category_id=None, is_public=False)
    pole = knowledge.search(library, "repair a tent pole", "en", public_only=True)[0]
    with library.read() as session:
        from helpdesk.queries.article_editor import editing

        articles.archive(library, SYSTEM, editing(session, SYSTEM, pole.slug, "en").text_id)
    for question in ("when will I get my refund", "repair a tent pole"):
        found = knowledge.search(library, question, "en", public_only=True)
        assert not {one.slug for one in found} & {"refund", "pole"}


def test_the_index_takes_in_what_changes(library: Desk) -> None:
    words = Words("Sharpen an ice axe", "Use a file, never a grinder.", ("axe is blunt",))
    text_id = articles.write(library, SYSTEM, "ice-axe", "en", words)
    articles.publish(library, SYSTEM, text_id)
    knowledge_index.catch_up(library)
    found = knowledge.search(library, "sharpen my ice axe", "en", public_only=True)
    assert found[0].slug == "ice-axe"
    articles.archive(library, SYSTEM, text_id)
    knowledge_index.catch_up(library)
    hits = library.library.search("sharpen my ice axe", "en")
    assert "ice-axe" not in {hit.slug for hit in hits}
    with library.read() as session:
        assert not session.scalar(select(func.count()).select_from(IndexChange))


def test_synonyms_reach_the_search(library: Desk) -> None:
    from helpdesk.actions import shelves

    assert "pole" not in {
        one.slug for one in knowledge.search(library, "strut", "en", public_only=True)
    }
    shelves.set_synonyms(library, SYSTEM, "en", [["strut", "pole"]])
    knowledge_index.catch_up(library)
    assert knowledge.search(library, "strut", "en", public_only=True)[0].slug == "pole"


@pytest.mark.parametrize(
    "question", ["😀" * 200, "a" * 1_000_000, "\x00\x07\u202e", "' OR 1=1 --", "(((", "* AND NOT"]
)
def test_promise_9_any_question_is_answered_or_not(library: Desk, question: str) -> None:
    answer = knowledge.ask(library, question, "en", place="help", public_only=True)
    assert answer.outcome in ("answer", "offer", "unknown")
    assert all(len(kept.text) <= 1000 for kept in questions(library))


def test_a_visit_keeps_what_was_opened_and_that_a_ticket_followed(library: Desk) -> None:
    visit = help_visits.visit(library, "random-key", "en")
    assert help_visits.visit(library, "random-key", "en") == visit
    asked = knowledge.ask(
        library, "refund", "en", place="help", public_only=True, visit=visit
    ).question_id
    other = knowledge.ask(library, "refund", "en", place="help", public_only=True).question_id
    help_visits.opened(library, visit, "refund", asked)
    help_visits.opened(library, visit, "refund", other)  # not theirs: unchanged
    with library.read() as session:
        assert session.get_one(HelpVisit, visit).articles_opened == 2
    assert [kept.clicked for kept in questions(library)] == ["refund", ""]


def test_unanswered_questions_stand_in_groups_and_are_settled_together(library: Desk) -> None:
    agent = make_agent(library)
    for question in ("do you sell kayaks here", "do you sell kayaks", "is the moon of cheese"):
        knowledge.ask(library, question, "en", place="help", public_only=True)
    with library.write() as session:
        for kept in session.scalars(select(Question)):
            kept.outcome = "unknown"
    groups = question_groups.unanswered(library, agent, days=30)
    assert sorted(len(group.wordings) for group in groups) == [1, 2]
    kayaks = next(group for group in groups if len(group.wordings) == 2)
    question_groups.settle(library, agent, kayaks.leader.id, "dismissed")
    left = question_groups.unanswered(library, agent, days=30)
    assert [group.leader.text for group in left] == ["is the moon of cheese"]
