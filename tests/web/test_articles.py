"""The agents' pages about the knowledge base: rights, the editor, suggestions beside a ticket."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.actions import articles, knowledge, question_groups
from helpdesk.desk import Desk
from helpdesk.models import ArticleText, IndexChange, Question, Synonyms
from helpdesk.queries import article_editor, question_log
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.article_words import Words
from tests.factories import Mail, make_agent, receive
from tests.knowledge_base.demo import demo_documents
from tests.library import plant_library
from tests.web.conftest import Visit

WORDS = {"title": "Sharpen an ice axe", "body": "Use a **file**.", "phrasings": "axe is blunt"}
PAGES = (
    "/articles",
    "/articles/new",
    "/articles/refund/en",
    "/articles/refund/en/revisions",
    "/articles/shelves",
    "/articles/questions",
    "/articles/questions/log",
)
PUBLISHING = {
    "/articles/refund/en/publication": {},
    "/articles/refund/en/archiving": {},
    "/articles/refund/en/address": {"address": "refunds"},
    "/articles/categories/removal": {"slug": "money"},
    "/articles/categories": {"slug": "new", "name_en": "New"},
    "/articles/synonyms": {"lang": "en", "synonyms": "parcel, package"},
}
WRITING = {
    "/articles": WORDS | {"slug": "ice-axe", "lang": "en"},
    "/articles/refund/en": WORDS | {"seen": "1"},
    "/articles/refund/en/revisions/1/restoration": {},
    "/articles/preview": {"body": "text"},
    "/articles/questions/1/settlement": {},
}
ADMIN = {"/articles/index/rebuilding": {}}


@pytest.fixture(autouse=True)
def library(desk: Desk) -> None:
    plant_library(desk)


def the_text(desk: Desk, title: str) -> ArticleText:
    with desk.read() as session:
        return session.scalars(select(ArticleText).where(ArticleText.title == title)).one()


def test_the_list_of_changes_is_whole(app: Flask) -> None:
    rules = {
        re.sub(r"<[^>]+>", "<>", rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("articles.")
    }
    known = {*PUBLISHING, *WRITING, *ADMIN}
    assert rules == {re.sub(r"/1/", "/<>/", path).replace("refund/en", "<>/<>") for path in known}


def test_the_list_goes_on_by_its_last_row_whatever_came_before_it(
    as_mei: Visit, desk: Desk
) -> None:
    with desk.read() as session:
        many = article_editor.PAGE + session.query(ArticleText).count()
    for number in range(article_editor.PAGE):
        articles.write(desk, SYSTEM, f"knot-{number}", "en", Words(f"Knot {number}", "Tie it."))
    with desk.write() as session:  # a whole import has one time
        at = session.query(func.max(ArticleText.changed_at)).scalar()
        session.query(ArticleText).update({"changed_at": at})
    first = as_mei.get("/articles").text
    older = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert older
    articles.write(desk, SYSTEM, "newest", "en", Words("A knot of today", "Tie it."))
    second = as_mei.get(older[1].replace("&amp;", "&")).text
    shown = [re.findall(r'<td><a href="(/articles/[^"]+)"', page) for page in (first, second)]
    assert len(shown[0]) == article_editor.PAGE
    assert len(set(shown[0] + shown[1])) == len(shown[0] + shown[1]) == many
    assert "after=" not in second


def test_nothing_is_for_strangers(stranger: Visit) -> None:
    stranger.get("/login")
    for path in (*PAGES, "/articles/index"):
        assert stranger.get(path).status_code == 302, path
    for path, fields in {**PUBLISHING, **WRITING, **ADMIN}.items():
        assert stranger.post(path, **fields).status_code == 401, path


def test_no_change_without_the_token(as_supervisor: Visit) -> None:
    as_supervisor.token = "forged"
    for path, fields in {**PUBLISHING, **WRITING, **ADMIN}.items():
        assert as_supervisor.post(path, **fields).status_code == 400, path


def test_agents_write_and_do_not_publish(as_mei: Visit, desk: Desk) -> None:
    for path in PAGES:
        assert as_mei.get(path).status_code == 200, path
    assert as_mei.get("/articles/index").status_code == 403
    for path, fields in {**PUBLISHING, **ADMIN}.items():
        assert as_mei.post(path, **fields).status_code == 403, path
    with desk.read() as session:
        assert not session.scalars(select(Synonyms)).all()
        assert not session.scalars(select(IndexChange)).all()


def test_only_admins_see_the_index(as_supervisor: Visit, as_admin: Visit, desk: Desk) -> None:
    assert as_supervisor.get("/articles/index").status_code == 403
    page = as_admin.get("/articles/index").text
    assert "Search is by words alone" in page
    assert "Off-topic questions answered" in page or "too few phrasings" in page
    assert as_admin.post("/articles/index/rebuilding").status_code == 302
    with desk.read() as session:
        assert session.scalars(select(IndexChange.document)).all() == ["*"]


def test_a_calibrated_index_shows_what_was_measured(as_admin: Visit, desk: Desk) -> None:
    documents = demo_documents()
    few = sorted({one.slug for one in documents})[:4]
    desk.library.rebuild([one for one in documents if one.slug in few])
    state = desk.library.state()
    assert state.calibrated
    page = as_admin.get("/articles/index").text
    assert "Measured on the articles of this desk" in page
    for lang, heading in (("en", "English"), ("zh", "中文")):
        error = state.measured_error[lang]
        card = page[page.index(f"<h2>{heading}</h2>") :].partition("</section>")[0]
        figures = dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", card))
        assert figures["Measured with"] == (
            f"{error.questions} questions, {error.off_topic} off-topic ones"
        )
        for name, share in (
            ("Answered", error.answered),
            ("Answered with the wrong article, of all questions", error.answered_wrong),
            ("Right article first", error.right_first),
            ("Off-topic questions answered", error.off_topic_answered),
        ):
            assert figures[name] == f"{share * 100:.1f} %", name


def test_an_agents_article_goes_public_by_a_supervisor(
    as_mei: Visit, as_supervisor: Visit, stranger: Visit, desk: Desk
) -> None:
    answer = as_mei.post("/articles", **WORDS, slug="", lang="en", then="publish")
    assert answer.status_code == 403  # written is nothing: the wish was to publish
    as_mei.post("/articles", **WORDS, slug="ice-axe", lang="en")
    assert the_text(desk, WORDS["title"]).status == "draft"
    assert stranger.get("/help/en/ice-axe").status_code == 404
    as_supervisor.post("/articles/ice-axe/en/publication")
    assert "<strong>file</strong>" in stranger.get("/help/en/ice-axe").text


def test_two_writers_the_second_keeps_what_they_wrote(as_mei: Visit, as_supervisor: Visit) -> None:
    first = as_mei.post("/articles/refund/en", **WORDS, seen="1")
    assert first.status_code == 302
    second = as_supervisor.post("/articles/refund/en", title="Mine", body="My words", seen="1")
    assert second.status_code == 409
    assert "My words" in second.text
    assert "meanwhile" in second.text


def test_revisions_show_what_changed_and_come_back(
    as_supervisor: Visit, stranger: Visit, desk: Desk
) -> None:
    as_supervisor.post("/articles/pole/en", title="Repair a tent pole", body="Buy a new one.",
                       seen="1", then="publish")  # fmt: skip
    page = as_supervisor.get("/articles/pole/en/revisions?number=2").text
    assert '<li class="removed">' in page
    assert re.search(r'class="added">.*?Buy a new one\.', page, re.DOTALL)
    as_supervisor.post("/articles/pole/en/revisions/1/restoration")
    assert "Buy a new one." in stranger.get("/help/en/pole").text
    as_supervisor.post("/articles/pole/en/publication")
    assert "Push the sleeve" in stranger.get("/help/en/pole").text


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](x \"onerror=alert(1)\")<img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "[" * 5000 + "x",
        "> " * 3000 + "deep",
    ],
)  # fmt: skip
def test_promise_9_hostile_markdown_is_only_words(
    as_supervisor: Visit, stranger: Visit, body: str
) -> None:
    preview = as_supervisor.post("/articles/preview", body=body).text
    as_supervisor.post("/articles", title="Hostile", body=body, slug="hostile", lang="en",
                       then="publish")  # fmt: skip
    page = stranger.get("/help/en/hostile").text
    shown = page[page.index('class="prose"') : page.index('id="helped"')]
    for html in (preview, shown):
        assert not re.search(r"<(script|iframe|style|object|svg)", html, re.IGNORECASE)
        assert not re.search(r"<[^>]+\son\w+=", html, re.IGNORECASE)
        assert not re.search(r"href=\W*javascript", html, re.IGNORECASE)


def test_an_unanswered_question_becomes_an_article(
    as_supervisor: Visit, stranger: Visit, desk: Desk
) -> None:
    stranger.get("/help/search?lang=en&q=zzkayak+qqrental")
    page = as_supervisor.get("/articles/questions").text
    assert "zzkayak qqrental" in page
    with desk.read() as session:
        question = session.scalars(select(Question.id)).one()
    editor = as_supervisor.get(f"/articles/new?question={question}&lang=en").text
    assert "zzkayak qqrental</textarea>" in editor
    as_supervisor.post("/articles", title="Renting", body="We do.", slug="rent", lang="en",
                       question=question, phrasings="zzkayak qqrental", then="publish")  # fmt: skip
    with desk.read() as session:
        assert session.get_one(Question, question).settled_as == "written"
    assert "zzkayak" not in as_supervisor.get("/articles/questions").text


def test_the_log_tells_what_was_asked_shown_opened_and_what_followed(
    as_mei: Visit, stranger: Visit, desk: Desk
) -> None:
    stranger.get("/help/search?lang=en&q=where+is+my+money")
    with desk.read() as session:
        asked = session.scalars(select(Question.id)).one()
    stranger.get(f"/help/en/refund?asked={asked}")
    stranger.post("/help/en/refund/readings", asked=asked)
    knowledge.ask(desk, "门店几点开门", "zh", place="bot", public_only=True)
    rows = rows_of(as_mei.get("/articles/questions/log").text)
    assert len(rows) == 2
    assert "门店几点开门" in rows[0]
    assert ">中文<" in rows[0]
    assert ">where is my money<" in rows[1]
    assert rows[1].count("refund") == 2, "it was shown, and it was opened"
    (english,) = rows_of(as_mei.get("/articles/questions/log?lang=en").text)
    assert "where is my money" in english


def test_the_log_goes_on_by_its_last_row(as_mei: Visit, desk: Desk) -> None:
    for number in range(question_log.PAGE + 5):
        knowledge.ask(desk, f"about number {number}", "en", place="help", public_only=True)
    first = as_mei.get("/articles/questions/log").text
    assert len(rows_of(first)) == question_log.PAGE
    found = re.search(r'href="([^"]+)">Older<', first)
    assert found
    knowledge.ask(desk, "meanwhile", "en", place="help", public_only=True)
    rows = rows_of(as_mei.get(found[1].replace("&amp;", "&")).text)
    assert [re.findall(r"about number (\d+)", row)[0] for row in rows] == ["4", "3", "2", "1", "0"]


def test_promise_6_the_log_shows_no_question_of_a_ticket_that_the_reader_may_not_see(
    as_mei: Visit, as_admin: Visit, desk: Desk, secret_ticket: int
) -> None:
    knowledge.ask(
        desk, "about the xylophone claim", "en", place="bot", public_only=True,
        ticket=secret_ticket,
    )  # fmt: skip
    assert "xylophone" not in as_mei.get("/articles/questions/log").text
    assert "xylophone" in as_admin.get("/articles/questions/log").text


def rows_of(page: str) -> list[str]:
    """The rows of the table's body."""
    return re.findall(r"<tr><td.*?</tr>", page)


def test_articles_are_suggested_in_the_customers_language(as_mei: Visit, desk: Desk) -> None:
    english = receive(desk, Mail(subject="Money", text="When will I get my refund?")).ticket
    chinese = receive(desk, Mail(subject="退款", text="退款什麼時候到帳？")).ticket
    card = as_mei.get(f"/tickets/{english}/articles", fragment=True).text
    assert "When will I get my refund: http" in card
    assert "/help/en/refund" in card
    card = as_mei.get(f"/tickets/{chinese}/articles", fragment=True).text
    assert "/help/zh-hant/refund" in card
    assert "退款什麼時候到" in card
    assert as_mei.post(f"/tickets/{english}/articles/insertions", slug="refund").status_code == 204
    with desk.read() as session:
        kept = session.scalars(select(Question)).one()
    assert (kept.place, kept.clicked, kept.ticket_id) == ("composer", "refund", english)


def test_what_the_agent_writes_is_looked_up_beside_what_the_customer_said(
    as_mei: Visit, desk: Desk
) -> None:
    ticket = receive(desk, Mail(subject="Money", text="When will I get my refund?")).ticket

    def suggested(draft: str = "") -> list[str]:
        address = f"/tickets/{ticket}/articles?{urlencode({'draft': draft})}"
        found = re.findall(r'data-slug="([^"]+)"', as_mei.get(address, fragment=True).text)
        return list(dict.fromkeys(found))

    assert "pole" not in suggested()
    with_draft = suggested("About the tent: repair the pole with the sleeve")
    assert set(with_draft) >= {"refund", "pole"}
    assert len(with_draft) <= 3
    assert suggested(" \x00\n ") == suggested()
    assert suggested("x" * 5000)
    with desk.read() as session:
        assert not session.scalars(select(Question)).all(), "nobody asked"


def test_what_is_for_agents_is_shown_and_not_to_be_inserted(as_mei: Visit, desk: Desk) -> None:
    ticket = receive(desk, Mail(subject="Goodwill", text="goodwill limits xylophone")).ticket
    card = as_mei.get(f"/tickets/{ticket}/articles", fragment=True).text
    assert "Goodwill limits" in card
    assert "For agents only" in card
    assert 'data-slug="goodwill"' not in card


def test_promise_6_no_suggestions_for_a_ticket_of_others(as_mei: Visit, secret_ticket: int) -> None:
    path = f"/tickets/{secret_ticket}/articles"
    assert as_mei.get(path).status_code == 404
    assert as_mei.post(f"{path}/insertions", slug="refund").status_code == 404


def test_promise_6_questions_of_hidden_tickets_are_hidden(desk: Desk, secret_ticket: int) -> None:
    knowledge.ask(
        desk, "about the xylophone claim", "en", place="bot", public_only=True,
        ticket=secret_ticket,
    )  # fmt: skip
    with desk.write() as session:
        session.scalars(select(Question)).one().outcome = "unknown"
    assert not question_groups.unanswered(desk, make_agent(desk), days=30)
    assert question_groups.unanswered(desk, SYSTEM, days=30)
