"""What agents see of the bot and do to it, on the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.actions import (
    articles,
    bot_answers,
    bot_turns,
    help_visits,
    inboxes,
    intake,
    knowledge,
    knowledge_index,
    tickets,
)
from helpdesk.desk import Desk
from helpdesk.models import HelpVisit, Message, Ticket, TrainingCandidate, now
from helpdesk.queries import article_editor
from helpdesk.queries.bot_figures import bot_figures
from helpdesk.queries.deflection import deflection
from helpdesk.rules import bot_policy, bot_reply
from helpdesk.rules.actor import SYSTEM, Role
from helpdesk.rules.article_words import Words
from helpdesk.rules.bot_intents import INTENTS
from helpdesk.rules.status import Status
from tests.factories import make_agent
from tests.library import plant_library
from tests.standins.rasa.server import SAYS, reply
from tests.web.conftest import Visit


@pytest.fixture
def ask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """ask(words, language="zh-Hans", visitor=2): somebody says something, and the bot answers as
    its stand-in would; the ticket."""
    monkeypatch.setattr(bot_policy, "due_at", lambda _first, moment: moment)
    widget = inboxes.add_inbox(
        desk, SYSTEM, channel="chat", address="shop", name="Shop", settings={"bot": True}
    )
    said: list[str] = []

    def ask(words: str, language: str = "en", visitor: int = 1) -> int:
        said.append(words)
        raw = json.dumps(
            {"visitor": f"v_{visitor:032}", "client_id": f"message-{len(said)}", "text": words}
        )
        kept = intake.accept(desk, widget, raw.encode(), key=f"{visitor}:{len(said)}")
        found = intake.attach(desk, kept.envelope_id)
        for turn in bot_turns.due(desk):
            taken = bot_turns.claim(desk, turn)
            assert taken is not None
            what, *rest = words.split()
            answer = SAYS.get(what, lambda _: reply("I hear you."))(rest)
            answer[1]["custom"]["understood"]["language"] = language
            bot_answers.answer(desk, taken, bot_reply.read(answer), "en")
        return found.ticket or 0

    return ask


@pytest.fixture
def visit(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk))


@pytest.fixture
def supervisor(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Sue Park", Role.SUPERVISOR))


def bot_message(desk: Desk) -> int:
    with desk.read() as session:
        found = select(Message.id).where(
            Message.author_kind == "bot", Message.visibility == "public"
        )
        return session.scalars(found).one()


def test_a_bot_message_tells_what_was_understood_and_what_was_considered(
    ask: Callable[[str], int], visit: Visit
) -> None:
    page = visit.get(f"/tickets/{ask('answer return-product')}").text
    assert "With bot" in page
    assert re.search(r"<dt>Understood</dt><dd><span[^>]*>ask_article</span>, 93 %", page)
    assert re.search(r"<dt>Articles</dt><dd><span[^>]*>return-product</span>, 90 %", page)


def test_an_agent_takes_over_and_hands_back_with_what_was_settled(
    ask: Callable[[str], int], visit: Visit, desk: Desk
) -> None:
    ticket = ask("hello")
    page = visit.get(f"/tickets/{ticket}").text
    assert 'data-key="t"' in page
    assert "Hand back" not in page
    visit.post(f"/tickets/{ticket}/owner", owner="people")
    page = visit.get(f"/tickets/{ticket}").text
    assert "Mei Chen took over from the bot" in page
    assert "Hand back to the bot" in page
    visit.post(f"/tickets/{ticket}/owner", owner="bot", settled="A new pole comes.")
    page = visit.get(f"/tickets/{ticket}").text
    assert "Mei Chen handed the ticket back to the bot: A new pole comes." in page
    with desk.read() as session:
        row = session.get_one(Ticket, ticket)
    assert (row.owner, row.bot_epoch, row.assignee_id) == ("bot", 2, None)
    assert visit.post(f"/tickets/{ticket}/owner", owner="nobody").status_code == 409


def test_a_handoff_shows_what_was_asked_tried_and_collected(
    ask: Callable[[str], int], visit: Visit
) -> None:
    page = visit.get(f"/tickets/{ask('handoff anger')}").text
    assert "Bot handed off to people: the customer is angry" in page
    for word, line in (("Asked", "Where is my parcel?"), ("Tried", "track-your-order"),
                       ("Collected", "order: T-1001")):  # fmt: skip
        assert re.search(rf"<dt>{word}</dt><dd[^>]*>(<a [^>]*>)?{re.escape(line)}<", page)


def test_a_correction_is_a_candidate_that_a_supervisor_accepts(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    ticket = ask("hello")
    path = f"/tickets/{ticket}/messages/{bot_message(desk)}/correction"
    assert visit.post(path, intent="Not An Intent").status_code == 409
    assert visit.post(path, article="no-such-article").status_code == 409
    assert visit.post(path).status_code == 409
    visit.post(path, intent="greet")
    visit.post(path, intent="order_status")
    assert re.search(
        r"Right would be</dt><dd[^>]*>order_status", visit.get(f"/tickets/{ticket}").text
    )
    with desk.read() as session:
        candidate = session.scalars(select(TrainingCandidate)).one()
    assert (candidate.text, candidate.understood_as, candidate.intent) == (
        "hello", "chat", "order_status",
    )  # fmt: skip
    assert "chat → order_status" in supervisor.get("/learning/candidates").text
    decision = f"/learning/candidates/{candidate.id}/decision"
    assert visit.post(decision, state="accepted").status_code == 403
    assert visit.get("/learning/candidates").status_code == 403
    supervisor.post(decision, state="accepted")
    assert ">hello</p>" in supervisor.get("/learning/candidates?state=accepted").text
    assert ">hello</p>" not in supervisor.get("/learning/candidates").text


def test_a_correction_chooses_among_all_intents_and_articles_in_the_readers_language(
    ask: Callable[[str], int], visit: Visit, desk: Desk
) -> None:
    plant_library(desk)
    ticket = ask("hello")
    page = visit.get(f"/tickets/{ticket}").text
    assert 'list="known-intents" data-choices="/corrections/choices"' in page
    choices = visit.get("/corrections/choices", fragment=True).text
    offered = dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', choices))
    assert set(INTENTS) < set(offered)
    assert offered["order_status"] == "Where an order is"
    assert offered["refund"] == "When will I get my refund", "the article of this name comes later"
    assert offered["goodwill"] == "Goodwill limits", "agents may read it"
    visit.post("/preferences", locale="zh_Hans", next=f"/tickets/{ticket}")
    choices = visit.get("/corrections/choices", fragment=True).text
    offered = dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', choices))
    assert offered["order_status"] == "查询订单"
    assert offered["wash-down"] == "羽绒服怎么洗"
    assert offered["pole"] == "Repair a tent pole", "there is no Chinese one"


def test_an_intent_that_the_bot_does_not_have_is_refused(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    ticket = ask("unsure about this")
    path = f"/tickets/{ticket}/messages/{bot_message(desk)}/correction"
    assert visit.post(path, intent="sing_a_song").status_code == 409
    with desk.read() as session:
        candidate = session.scalars(select(TrainingCandidate)).one()
    supervisor.get("/learning/candidates")
    decision = f"/learning/candidates/{candidate.id}/decision"
    refused = supervisor.post(decision, state="accepted", intent="sing_a_song")
    assert refused.status_code == 409
    assert "The bot has no intent “sing_a_song”" in refused.text


def corrected(desk: Desk, ask: Callable[[str], int], visit: Visit, words: str, slug: str) -> str:
    """The address where the correction of a bot message to an article is decided."""
    ticket = ask(words)
    visit.get(f"/tickets/{ticket}")
    path = f"/tickets/{ticket}/messages/{bot_message(desk)}/correction"
    assert visit.post(path, article=slug).status_code < 400
    with desk.read() as session:
        candidate = session.scalars(select(TrainingCandidate)).one()
    return f"/learning/candidates/{candidate.id}/decision"


def newest(desk: Desk, slug: str, lang: str) -> article_editor.Editing:
    with desk.read() as session:
        return article_editor.editing(session, SYSTEM, slug, lang)


def test_an_accepted_article_learns_the_words_and_is_found_by_them(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    plant_library(desk)
    decision = corrected(desk, ask, visit, "球球打结", "wash-down")
    assert not knowledge.search(desk, "球球打结", "zh", public_only=True)
    supervisor.get("/learning/candidates")
    assert supervisor.post(decision, state="accepted").status_code == 302
    article = newest(desk, "wash-down", "zh")
    assert article.newest.phrasings == ["羽绒服可以机洗吗", "球球打结"]
    assert (article.newest.author, article.waits) == ("Sue Park", False)
    assert newest(desk, "wash-down", "en").newest.number == 1
    knowledge_index.catch_up_now(desk)
    found = knowledge.search(desk, "球球打结", "zh", public_only=True)
    assert [one.slug for one in found] == ["wash-down"]
    supervisor.post(decision, state="open")
    supervisor.post(decision, state="accepted")
    assert newest(desk, "wash-down", "zh").newest.number == 2, "it is learnt once"


def test_what_somebody_else_has_written_meanwhile_is_not_published_by_the_way(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    plant_library(desk)
    words = Words("When will I get my refund", "Not to be read yet.", ("where is my money",))
    articles.write(desk, SYSTEM, "refund", "en", words)
    decision = corrected(desk, ask, visit, "hello", "refund")
    supervisor.get("/learning/candidates")
    supervisor.post(decision, state="accepted")
    article = newest(desk, "refund", "en")
    assert article.newest.phrasings == ["where is my money", "hello"]
    assert article.waits
    assert "Not to be read yet" not in visit.get("/help/en/refund").text


def test_an_article_that_is_not_written_in_this_language_learns_nothing(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    plant_library(desk)
    decision = corrected(desk, ask, visit, "帐篷杆断了", "pole")
    supervisor.get("/learning/candidates")
    refused = supervisor.post(decision, state="accepted")
    assert refused.status_code == 409
    assert "Write the article pole in this language first." in refused.text
    with desk.read() as session:
        assert session.scalars(select(TrainingCandidate.state)).one() == "open"


def test_bare_words_cannot_be_accepted(
    ask: Callable[[str], int], supervisor: Visit, desk: Desk
) -> None:
    ask("unsure about this")
    with desk.read() as session:
        candidate = session.scalars(select(TrainingCandidate)).one()
    supervisor.get("/learning/candidates")
    decision = f"/learning/candidates/{candidate.id}/decision"
    assert supervisor.post(decision, state="accepted").status_code == 409
    assert supervisor.post(decision, state="accepted", intent="greet").status_code == 302


def test_contained_is_resolved_by_the_bot_alone_with_a_quiet_week(
    ask: Callable[[str], int], supervisor: Visit, desk: Desk
) -> None:
    ticket = ask("answer return-product")
    ask("thanks")

    def row():  # type: ignore[no-untyped-def]
        with desk.read() as session:
            return bot_figures(session, SYSTEM, now() - timedelta(days=30)).rows[0]

    assert (row().tickets, row().judged, row().containment) == (1, 0, None)
    with desk.write() as session:
        session.execute(update(Ticket).values(ended_at=now() - timedelta(days=8)))
        session.execute(update(Message).values(created_at=now() - timedelta(days=8, minutes=1)))
    assert (row().judged, row().containment) == (1, 1.0)
    with desk.write() as session:
        ours = session.get_one(Ticket, ticket)
        again = Ticket(subject="Again", customer_id=ours.customer_id, inbox_id=ours.inbox_id,
                       owner="people", last_seq=1, version=1)  # fmt: skip
        session.add(again)
        session.flush()
        session.add(
            Message(
                ticket_id=again.id, seq=1, version=1, direction="inbound", channel="email",
                author_kind="customer", text="Me again", sent_at=now(),
                created_at=now() - timedelta(days=3),
            )
        )  # fmt: skip
    assert (row().judged, row().containment) == (1, 0.0)
    tickets.change_status(desk, SYSTEM, again.id, Status.SPAM)
    assert (row().judged, row().containment) == (1, 1.0), "spam is no new contact"
    tickets.change_status(desk, SYSTEM, again.id, Status.OPEN)
    page = supervisor.get("/learning/figures").text
    assert "0 %" in page


def test_the_bots_figures_leave_out_the_spam_folder(
    ask: Callable[[str], int], visit: Visit, desk: Desk
) -> None:
    ticket = ask("hello")
    visit.post(f"/tickets/{ticket}/messages/{bot_message(desk)}/correction", intent="order_status")
    assert ask("handoff anger") == ticket

    def counted() -> tuple[int, ...]:
        with desk.read() as session:
            found = bot_figures(session, SYSTEM, now() - timedelta(days=1))
        return tuple(map(len, (found.rows, found.handoffs, found.confusions)))

    assert counted() == (1, 1, 1)
    tickets.change_status(desk, SYSTEM, ticket, Status.SPAM)
    assert counted() == (0, 0, 0)


def test_a_handoff_counts_by_reason_language_and_channel(
    ask: Callable[[str], int], supervisor: Visit, desk: Desk
) -> None:
    ask("handoff anger")
    with desk.read() as session:
        figures = bot_figures(session, SYSTEM, now() - timedelta(days=1))
    (one,) = figures.handoffs
    assert (one.reason, one.language, one.channel, one.count) == ("anger", "en", "chat", 1)
    assert (figures.rows[0].judged, figures.rows[0].contained) == (1, 0)


def test_what_was_not_understood_counts_by_language(
    ask: Callable[..., int], supervisor: Visit, desk: Desk
) -> None:
    for words in ("hello", "answer return-product", "unsure", "hello"):
        ask(words)
    ask("unsure", "zh-Hans", visitor=2)
    ask("hello", "zh-Hans", visitor=2)
    ask("hello", "zh-Hans", visitor=3)
    with desk.read() as session:
        rows = bot_figures(session, SYSTEM, now() - timedelta(days=1)).rows
    assert [(r.language, r.channel, r.tickets, r.answers, r.fallbacks) for r in rows] == [
        ("en", "chat", 1, 4, 1), ("zh-Hans", "chat", 2, 3, 1),
    ]  # fmt: skip
    assert [row.fallback_rate for row in rows] == [1 / 4, pytest.approx(1 / 3)]
    page = supervisor.get("/learning/figures").text
    cells = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in re.findall(r"<tr>.*?</tr>", page)]
    shown = {row[0]: row[-1] for row in cells if len(row) == 6}
    assert shown == {"English": "25 %", "Chinese (Simplified)": "33 %"}


def test_what_agents_corrected_counts_as_a_confusion_by_language_and_channel(
    ask: Callable[[str], int], visit: Visit, supervisor: Visit, desk: Desk
) -> None:
    ticket = ask("hello")
    visit.post(f"/tickets/{ticket}/messages/{bot_message(desk)}/correction", intent="order_status")
    with desk.read() as session:
        (one,) = bot_figures(session, SYSTEM, now() - timedelta(days=1)).confusions
    assert (one.understood, one.right, one.language, one.channel, one.count) == (
        "chat", "order_status", "en", "chat", 1,
    )  # fmt: skip
    assert (
        ">order_status</td><td>English</td><td>Web chat</td>"
        in supervisor.get("/learning/figures").text
    )


# Self-service


def visited(desk: Desk, *, lang: str, ago: timedelta, opened: int = 1) -> None:
    with desk.write() as session:
        key = f"{lang}-{ago}-{opened}"
        began = now() - ago
        session.add(
            HelpVisit(key=key, lang=lang, articles_opened=opened, began_at=began, last_at=began)
        )


def test_a_visit_is_deflected_when_no_ticket_follows_within_a_day(
    supervisor: Visit, desk: Desk
) -> None:
    page = supervisor.get("/learning/figures").text
    assert "Nobody has read an article yet." in page
    visited(desk, lang="en", ago=timedelta(days=3))
    visited(desk, lang="en", ago=timedelta(hours=23))  # not to be judged yet
    visited(desk, lang="en", ago=timedelta(days=2), opened=0)  # read nothing
    visited(desk, lang="en", ago=timedelta(days=40))  # before the period
    visited(desk, lang="zh_Hans", ago=timedelta(days=4))
    with desk.read() as session:
        english, chinese = deflection(session, now() - timedelta(days=30))
    assert (english.visits, english.judged, english.deflected, english.share) == (2, 1, 1, 1.0)
    assert (chinese.language, chinese.share) == ("zh_Hans", 1.0)
    page = supervisor.get("/learning/figures?days=90").text
    assert 'href="?days=90" aria-current="page"' in page
    assert "100 %" in page
    assert supervisor.get("/learning/figures?days=nonsense").status_code == 200


def test_a_chat_in_the_same_browser_within_a_day_is_no_deflection(app: Flask, desk: Desk) -> None:
    inboxes.add_inbox(desk, SYSTEM, channel="chat", address="shop", name="Shop")
    plant_library(desk)
    visitor = Visit(app.test_client())
    visitor.get("/help/en/refund")
    assert visitor.post("/help/en/refund/readings").status_code == 204
    browser = visitor.client
    token = browser.post("/widget/shop/visitors", json={}).json["token"]  # type: ignore[index]
    said = browser.post(
        "/widget/shop/messages",
        json={"text": "Where is my money?", "client_id": f"{7:032x}"},
        headers={"Authorization": f"Bearer {token}"},
    )
    with desk.read() as session:
        (visit,) = session.scalars(select(HelpVisit)).all()
        (row,) = deflection(session, now() - timedelta(days=1))
    assert visit.ticket_id == said.json["ticket"]  # type: ignore[index]
    assert (row.judged, row.deflected, row.share) == (1, 0, 0.0)
    tickets.change_status(desk, SYSTEM, visit.ticket_id or 0, Status.SPAM)
    with desk.read() as session:
        (row,) = deflection(session, now() - timedelta(days=1))
    assert row.judged == 0, "no ticket followed in earnest, and the day is not over"


def test_a_chat_long_after_a_visit_has_nothing_to_do_with_it(desk: Desk) -> None:
    key = "a-key"
    visit = help_visits.visit(desk, key, "en")
    with desk.write() as session:
        session.execute(update(HelpVisit).values(last_at=now() - timedelta(hours=24.6)))
    help_visits.chat_followed(desk, key, 1)
    with desk.read() as session:
        assert session.get_one(HelpVisit, visit).ticket_id is None


def test_the_figures_stand_in_chinese_too(supervisor: Visit) -> None:
    supervisor.get("/learning/figures")
    supervisor.post("/preferences", locale="zh_Hans", next="/learning/figures")
    page = supervisor.get("/learning/figures").text
    assert "帮助中心解决的问题" in page
