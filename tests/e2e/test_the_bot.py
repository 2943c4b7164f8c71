"""The bot in the shop's chat and before the agents' eyes: a really trained Rasa, real browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from helpdesk.config import Settings
from helpdesk.desk import open_desk
from helpdesk.models import Message, now
from helpdesk.seeds.company import let_bot_answer
from tests.bot.bot_process import BotProcess
from tests.e2e.people import LOGIN, SOON, Visitor, sign_in
from tests.servers.axe import violations, violations_in_every_look
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery
from tests.servers.ports import HOST, free_port

pytestmark = pytest.mark.slow  # Rasa, the articles and the desk take up to a minute to start

TOKEN = "token-of-a-test"
RETURNING = {"en": "how do i send something back", "zh-Hans": "怎么退货？"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[DeskProcess]:
    """The demo company with its articles, and the bot answering first in the chat."""
    port = free_port()
    settings = {
        "HELPDESK_BOT_URL": f"http://{HOST}:{port}",
        "HELPDESK_BOT_TOKEN": TOKEN,
    }
    desk = DeskProcess(tmp_path_factory.mktemp("desk"), settings=settings)
    bot = BotProcess(tmp_path_factory.mktemp("bot"), desk.url, TOKEN, port=port)
    try:
        nursery.plant(desk)
        let_it_answer_first(desk)
        bot.start()
        desk.start()
        desk.run("bot", "ask", "hello")  # the first question of all takes Rasa longer
        yield desk
    finally:
        desk.stop(timeout=5)
        bot.stop()


def let_it_answer_first(process: DeskProcess) -> None:
    given = process.environment
    desk = open_desk(
        Settings(
            data_dir=Path(given["HELPDESK_DATA_DIR"]),
            database_url=given["HELPDESK_DATABASE_URL"],
            secret_key=given["HELPDESK_SECRET_KEY"],
        )
    )
    let_bot_answer(desk)
    with desk.write() as session:  # the people of the demo's stories went home yesterday
        session.execute(update(Message).values(created_at=now() - timedelta(days=1)))
    desk.database.close()


@pytest.fixture
def visitor(desk: DeskProcess, windows: Any) -> Callable[..., Visitor]:
    """visitor("zh-Hans", phone=True) -> with the chat open."""

    def come(lang: str = "en", **window: Any) -> Visitor:
        page = windows.open(f"{desk.url}/demo?lang={lang}", locale=lang, **window)
        return Visitor(page).open_chat()

    return come


@pytest.fixture
def ticket_of(desk: DeskProcess, windows: Any) -> Callable[[str], Page]:
    """ticket_of("first words") -> the agent's page of that ticket."""

    def open_ticket(words: str) -> Page:
        page = sign_in(windows, desk, LOGIN["admin"], "/tickets?q=" + words)
        page.locator("a.row-link").first.click()
        expect(page.locator(".transcript .turn.inbound").first).to_be_visible(timeout=SOON)
        return page

    return open_ticket


def bot_turn(page: Page, words: str) -> Locator:
    return page.locator(".transcript .turn.bot", has_text=words)


def test_when_nobody_is_here_that_is_said_and_a_message_is_taken(
    visitor: Callable[..., Visitor],
) -> None:
    """First in this file: no agent has written anything yet."""
    chat = visitor()
    expect(chat.asks("I want to talk to a person")).to_contain_text("Nobody is here right now")


@pytest.mark.parametrize(
    ("lang", "yes", "glad"), [("en", "Yes", "I am glad"), ("zh-Hans", "是", "很高兴")]
)
def test_a_routine_question_is_answered_with_its_source_and_it_helped(
    desk: DeskProcess, visitor: Callable[..., Visitor], lang: str, yes: str, glad: str
) -> None:
    chat = visitor(lang)
    answer = chat.asks(RETURNING[lang])
    source = answer.get_by_role("link", name=re.compile("return-product"))
    expect(source).to_have_attribute("href", f"{desk.url}/help/{lang.lower()}/return-product")
    expect(chat.buttons).to_have_count(3)
    assert violations_in_every_look(chat.page) == []
    expect(chat.presses(yes)).to_contain_text(glad)
    expect(answer.locator(".picks")).to_be_hidden()
    expect(chat.buttons).to_have_count(0)


def test_what_did_not_help_leads_to_a_person(visitor: Callable[..., Visitor]) -> None:
    chat = visitor("zh-Hans", phone=True)
    chat.asks(RETURNING["zh-Hans"])
    expect(chat.presses("不是")).to_contain_text("要我转给同事吗")
    expect(chat.presses("是")).to_contain_text(re.compile("没有同事在线|转给同事"))
    wide = chat.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_the_buttons_stay_over_a_reload_and_are_for_the_keyboard_too(
    visitor: Callable[..., Visitor],
) -> None:
    chat = visitor()
    chat.asks(RETURNING["en"])
    chat.page.reload()
    chat.open_chat()
    group = chat.chat.get_by_role("group", name="Quick answers")
    expect(group.get_by_role("button")).to_have_text(["Yes", "No", "Talk to a person"])
    group.get_by_role("button", name="Yes").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.answers.last).to_contain_text("I am glad", timeout=SOON)
    expect(chat.chat.get_by_role("log")).to_be_focused()


def test_quick_words_are_each_said_once_and_answered_together(
    visitor: Callable[..., Visitor],
) -> None:
    chat = visitor()
    chat.says("hello")
    chat.says("I bought a jacket")
    chat.says(RETURNING["en"])
    expect(chat.chat.locator(".turn-of.me")).to_have_count(3)
    expect(chat.answers.filter(has_text="return-product")).to_have_count(1, timeout=SOON)
    mine = chat.chat.locator(".turn-of.me .say").all_inner_texts()
    assert mine == ["hello", "I bought a jacket", RETURNING["en"]]


def test_agents_see_what_was_understood_correct_it_and_the_bot_may_learn_it(
    desk: DeskProcess,
    visitor: Callable[..., Visitor],
    ticket_of: Callable[[str], Page],
) -> None:
    chat = visitor()
    chat.asks("hello from Hebden Bridge")
    chat.asks(RETURNING["en"])
    page = ticket_of("Hebden")
    why = bot_turn(page, "return-product").locator(".why")
    why.get_by_text("Why this answer?").click()
    expect(why).to_contain_text(re.compile(r"Understood\s*return_item, \d+ %"))
    expect(why).to_contain_text(re.compile(r"Articles\s*return-product, \d+ %"))
    assert violations(page) == []
    why.get_by_label("The right intent").click()
    choice = page.locator('#known-intents option[value="exchange_item"]')
    expect(choice).to_have_text("Exchange something", timeout=SOON)
    why.get_by_label("The right intent").fill("exchange_item")
    why.get_by_role("button", name="Correct it").click()
    expect(why).to_contain_text(re.compile(r"Right would be\s*exchange_item"), timeout=SOON)
    page.goto(f"{desk.url}/learning/candidates")
    group = page.locator(".card", has_text="return_item → exchange_item")
    expect(group).to_contain_text(RETURNING["en"])
    assert violations_in_every_look(page) == []
    group.get_by_role("button", name="Accept").click()
    expect(group).to_have_count(0)
    page.get_by_role("link", name="Accepted").click()
    expect(group).to_contain_text(RETURNING["en"])
    page.goto(f"{desk.url}/learning/figures")
    expect(page.get_by_role("cell", name="exchange_item")).to_be_visible()
    assert violations_in_every_look(page) == []


def test_a_person_takes_over_with_a_summary_and_answers_with_an_article(
    desk: DeskProcess,
    visitor: Callable[..., Visitor],
    ticket_of: Callable[[str], Page],
) -> None:
    chat = visitor("zh-Hans")
    chat.asks("我想退货，帐篷买大了")
    page = ticket_of("帐篷买大了")
    page.get_by_role("button", name="Take over").click()
    card = page.locator("#suggested")
    expect(card).to_be_visible(timeout=SOON)
    card.get_by_role("button", name="Insert link").first.click()
    expect(page.locator("#text")).to_have_value(re.compile(r"：http.*/help/zh-hans/"))
    card.get_by_role("button", name="Insert text").first.click()
    expect(page.locator("#text")).to_have_value(re.compile(r"/help/zh-hans/\S+\n.*退", re.DOTALL))
    page.locator("#text").fill("您好，我是同事。")
    page.locator("#text").press("Control+Enter")
    chat.sees("您好，我是同事。")
    other = visitor()
    other.asks("hello from Settle")
    other.asks(RETURNING["en"])
    expect(other.asks("a human please")).to_contain_text("I am passing you to a colleague")
    page = ticket_of("Settle")
    summary = page.locator(".turn.note .handoff")
    expect(summary).to_contain_text("the customer asked for a person", timeout=SOON)
    expect(summary).to_contain_text(RETURNING["en"])
    expect(summary.get_by_role("link", name="return-product")).to_be_visible()
    assert violations_in_every_look(page) == []
