"""The public help centre: what it shows, to whom, and what it keeps."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import shelves
from helpdesk.desk import Desk
from helpdesk.models import (
    ArticleText,
    ContactPoint,
    HelpVisit,
    Message,
    Participant,
    Question,
    Ticket,
)
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from tests.library import plant_library
from tests.web.conftest import Visit

FORM = {
    "email": "ann@fjell.example",
    "name": "Ann",
    "subject": "Kayak",
    "text": "Do you rent kayaks?\n\nAnn",
    "form_id": "0" * 32,
    "lang": "en",
}


@pytest.fixture(autouse=True)
def library(desk: Desk) -> None:
    plant_library(desk)


def test_the_home_page_shows_topics_in_the_readers_language(stranger: Visit) -> None:
    assert "Money" in stranger.get("/help").text
    assert stranger.get("/help").status_code == 200
    simplified, traditional = stranger.get("/help/zh-hans").text, stranger.get("/help/zh-hant").text
    assert "退款什么时候到账" in simplified
    assert 'lang="zh-Hans"' in simplified
    assert "退款什麼時候到賬" in traditional or "退款什麼時候到帳" in traditional
    chinese = stranger.client.get("/help", headers={"Accept-Language": "zh-TW"}).text
    assert 'lang="zh-Hant"' in chinese


def test_an_article_says_where_it_stands_and_what_it_is(stranger: Visit, desk: Desk) -> None:
    page = stranger.get("/help/en/refund").text
    site = desk.settings.url
    assert "<title>When will I get my refund · Tarnfold</title>" in page
    assert f'<link rel="canonical" href="{site}/help/en/refund">' in page
    for code, tag in (("en", "en"), ("zh-Hans", "zh-hans"), ("zh-Hant", "zh-hant")):
        assert f'hreflang="{code}" href="{site}/help/{tag}/refund"' in page
    assert 'name="description" content="We pay refunds within five days' in page
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', page, re.DOTALL)
    assert found
    article, crumbs = json.loads(found[1])["@graph"]
    assert article["headline"] == "When will I get my refund"
    assert [one["name"] for one in crumbs["itemListElement"]] == [
        "Help", "Money", "When will I get my refund",
    ]  # fmt: skip
    assert "<strong>within five days</strong>" in page


def test_an_article_in_one_language_is_found_from_the_other(stranger: Visit) -> None:
    answer = stranger.get("/help/zh-hans/pole")
    assert (answer.status_code, answer.location) == (302, "/help/en/pole")
    assert stranger.get("/help/en/nothing").status_code == 404


ADDRESSES = (
    "/help",
    "/help/en",
    "/help/en/topics/money",
    "/help/en/refund",
    "/help/search?lang=en&q=goodwill+limits+xylophone",
    "/help/search?lang=en&q=refund",
    "/help/suggestions?lang=en&q=goodwill",
    "/help/suggestions?lang=en&q=good",
    "/help/matches?lang=en&q=goodwill+limits",
    "/help/sitemap.xml",
)


def test_promise_6_an_article_for_agents_is_nowhere_in_public(
    stranger: Visit, as_mei: Visit
) -> None:
    for visit in (stranger, as_mei):  # an agent reads the public pages as customers do
        assert visit.get("/help/en/goodwill").status_code == 404
        for address in ADDRESSES:
            page = visit.get(address)
            assert page.status_code == 200, address
            hits = re.sub(r'value="[^"]*"|href="/help/contact[^"]*"|hreflang.*?>|<link.*?>', "",
                          page.text)  # fmt: skip
            hits = re.sub(r"<footer.*?</footer>", "", hits, flags=re.DOTALL)
            assert "Goodwill limits" not in hits, address
            assert "/goodwill" not in hits, address
            assert "Grant up to" not in hits, address


def test_related_articles_are_others_that_the_reader_may_read(stranger: Visit, desk: Desk) -> None:
    """The jacket's article and the one for agents speak of refunds, too."""

    def related() -> list[str]:
        page = stranger.get("/help/en/refund").text
        return re.findall(r'<a class="related" href="([^"]+)"', page)

    assert related() == ["/help/en/wash-down"]
    shelves.place(desk, SYSTEM, "wash-down", category_id=None, is_public=False)
    assert related() == [], "what is near is remembered, who may read it is not"


def test_a_draft_and_an_archived_article_are_not_public(stranger: Visit, desk: Desk) -> None:
    for status in ("draft", "archived"):
        with desk.write() as session:
            for text in session.scalars(select(ArticleText).where(ArticleText.lang == "en")):
                text.status = status
        assert stranger.get("/help/en/pole").status_code == 404
        assert "pole" not in stranger.get("/help/sitemap.xml").text
        assert "Repair a tent" not in stranger.get("/help/search?lang=en&q=repair+pole").text


def test_search_marks_and_keeps_the_question(stranger: Visit, desk: Desk) -> None:
    page = stranger.get("/help/search?lang=en&q=refund+pole").text
    assert "<mark>pole</mark>" in page
    assert 'content="noindex"' in page
    with desk.read() as session:
        kept = session.scalars(select(Question)).one()
    assert (kept.text, kept.place) == ("refund pole", "help")
    assert kept.visit_id is not None


def test_reading_and_voting_are_counted_once_a_visit(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/search?lang=en&q=refund")
    with desk.read() as session:
        asked = session.scalars(select(Question.id)).one()
    stranger.get(f"/help/en/refund?asked={asked}")
    assert stranger.post("/help/en/refund/readings", asked=asked).status_code == 204
    for helpful in ("yes", "no", "no"):
        stranger.post("/help/en/refund/votes", helpful=helpful, comment="Too short")
    with desk.read() as session:
        visit = session.scalars(select(HelpVisit)).one()
        text = session.scalars(select(ArticleText).where(ArticleText.title.like("When%"))).one()
        assert session.get_one(Question, asked).clicked == "refund"
    assert (visit.articles_opened, text.helpful, text.unhelpful) == (1, 0, 1)


def test_a_suggestion_that_was_chosen_is_kept_as_a_question(stranger: Visit, desk: Desk) -> None:
    found = re.search(r'href="([^"]+)"', stranger.get("/help/suggestions?lang=en&q=refu").text)
    assert found
    assert found[1] == "/help/en/refund?typed=refu"
    page = stranger.get(found[1]).text
    assert 'data-typed="refu"' in page
    stranger.post("/help/en/refund/readings", typed="refu", asked="")
    with desk.read() as session:
        kept = session.scalars(select(Question)).one()
    assert (kept.text, kept.clicked, kept.place) == ("refu", "refund", "help")


def typed(stranger: Visit, words: str, lang: str = "en") -> None:
    assert stranger.post("/help/typed", typed=words, lang=lang).status_code == 204


def kept(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.read() as session:
        rows = session.execute(
            select(Question.text, Question.place, Question.clicked).order_by(Question.id)
        )
        return [(row.text, row.place, row.clicked) for row in rows]


def test_who_types_finds_nothing_and_leaves_is_a_gap(
    stranger: Visit, as_supervisor: Visit, desk: Desk
) -> None:
    stranger.get("/help/en")
    for words in ("k", "zzkayak", "zzkayak qqrental"):
        typed(stranger, words)
    assert kept(desk) == [("zzkayak qqrental", "typing", "")], "the last words of the visit"
    assert "zzkayak qqrental" in as_supervisor.get("/articles/questions").text


def test_typed_words_that_were_sent_off_count_once(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/en")
    typed(stranger, "where is my mon")
    stranger.get("/help/search?lang=en&q=where+is+my+money")
    typed(stranger, "where is my money")  # the page told it while it went
    assert kept(desk) == [("where is my money", "help", "")]


def test_typed_words_for_which_a_suggestion_was_chosen_count_once(
    stranger: Visit, desk: Desk
) -> None:
    stranger.get("/help/zh-hans")
    typed(stranger, "退款", lang="zh-hans")
    stranger.post("/help/zh-hans/refund/readings", typed="退款", asked="")
    assert kept(desk) == [("退款", "help", "refund")]


def test_nothing_that_an_agent_types_is_kept(as_mei: Visit, desk: Desk) -> None:
    as_mei.get("/help/en")
    typed(as_mei, "zzkayak qqrental")
    assert kept(desk) == []


def test_an_agents_visit_is_none(as_mei: Visit, desk: Desk) -> None:
    as_mei.get("/help/en/refund")
    as_mei.post("/help/en/refund/readings")
    as_mei.get("/help/search?q=refund")
    with desk.read() as session:
        assert not session.scalars(select(HelpVisit)).all()


def test_the_contact_form_shows_articles_before_it_sends(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    about = FORM | {"subject": "Refund", "text": "When will I get my refund?"}
    page = stranger.post("/help/contact", **about)
    assert "When will I get my refund" in page.text
    assert 'value="send"' in page.text
    with desk.read() as session:
        assert not session.scalars(select(Ticket)).all()
    page = stranger.post("/help/contact", **about, then="send")
    assert "We have your message" in page.text
    with desk.read() as session:
        ticket = session.scalars(select(Ticket.id)).one()
        assert session.scalars(select(HelpVisit.ticket_id)).one() == ticket
        assert session.scalars(select(Question.ticket_id)).one() == ticket


def test_promise_3_the_address_of_a_contact_form_stays_a_claim(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    stranger.post("/help/contact", **FORM, then="send")
    with desk.read() as session:
        point = session.scalars(select(ContactPoint)).one()
        message = session.scalars(select(Message)).one()
        assert session.scalars(select(Participant)).all()
    assert (point.value, point.verified_at) == ("ann@fjell.example", None)
    assert (message.proof, message.channel) == ("none", "email")
    record = ticket_record(desk, SYSTEM, message.ticket_id)
    assert record["subject"] == "Kayak"
    assert record["messages"][0]["text"].strip() == "Do you rent kayaks?\n\nAnn"


def test_promise_1_a_contact_form_sent_twice_is_one_message(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    for _ in range(2):
        assert stranger.post("/help/contact", **FORM, then="send").status_code == 200
    with desk.read() as session:
        assert len(session.scalars(select(Message)).all()) == 1


def test_promise_3_a_contact_form_does_not_join_a_ticket_by_its_tag(
    stranger: Visit, ticket: int, desk: Desk
) -> None:
    stranger.get("/help/contact?lang=en")
    stranger.post(
        "/help/contact", **(FORM | {"email": "eve@else.example", "subject": f"Re: [#{ticket}]"}),
        then="send",
    )  # fmt: skip
    assert len(ticket_record(desk, SYSTEM, ticket)["messages"]) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"), ("email", "ann@fjell.example\r\nBcc: all@else.example"),
        ("email", "ä@fjell.example"), ("subject", ""), ("text", ""), ("subject", "x" * 201),
        ("text", "x" * 20_001),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_sent(
    stranger: Visit, desk: Desk, field: str, value: str
) -> None:
    stranger.get("/help/contact?lang=en")
    page = stranger.post("/help/contact", **(FORM | {field: value}), then="send")
    assert page.status_code == 400
    assert f'id="{field}-error"' in page.text
    with desk.read() as session:
        assert not session.scalars(select(Ticket)).all()


def test_headers_cannot_be_smuggled_in(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    hostile = FORM | {"subject": "Hi\r\nBcc: all@else.example", "name": "A\nB: c"}
    stranger.post("/help/contact", **hostile, then="send")
    with desk.read() as session:
        message = session.scalars(select(Message)).one()
        points = session.scalars(select(ContactPoint.value)).all()
    assert message.subject == "Hi Bcc: all@else.example"
    assert points == ["ann@fjell.example"]


def test_programs_fill_in_what_people_do_not_see(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    page = stranger.post("/help/contact", **FORM, website="http://x.example", then="send")
    assert "We have your message" in page.text
    with desk.read() as session:
        assert not session.scalars(select(Ticket)).all()


def test_many_forms_from_one_address_must_wait(stranger: Visit, desk: Desk) -> None:
    stranger.get("/help/contact?lang=en")
    codes = [
        stranger.post("/help/contact", **(FORM | {"form_id": f"{n:032x}"}), then="send").status_code
        for n in range(desk.settings.contact_forms_per_hour + 1)
    ]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {200}


def test_nothing_is_changed_without_the_forms_token(stranger: Visit) -> None:
    stranger.get("/help/en/refund")
    stranger.token = "forged"
    for path in ("/help/contact", "/help/en/refund/votes", "/help/en/refund/readings"):
        assert stranger.post(path, **FORM, helpful="yes").status_code == 400, path


def test_hostile_words_in_a_search_are_shown_as_words(stranger: Visit) -> None:
    page = stranger.get("/help/search?lang=en&q=%3Cscript%3Ealert(1)%3C/script%3E+refund")
    assert "<script>alert" not in page.text
    assert page.status_code == 200


def test_the_limiter_guards_search(app: Flask) -> None:
    client = app.test_client()
    codes = {client.get("/help/search?lang=en").status_code for _ in range(62)}
    assert codes == {200, 429}
