"""The widget in a real browser, on the demo shop and on a site of another origin."""

from __future__ import annotations

import base64
import functools
import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect
from sqlalchemy import select

from helpdesk.actions import replies, tickets
from helpdesk.actions.inboxes import add_inbox
from helpdesk.models import ContactPoint, Customer, Delivery, Inbox, Message
from helpdesk.queries import widgets
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Status
from helpdesk.web.widget import LOADER
from tests.factories import make_agent
from tests.live.conftest import Running, run_desk
from tests.patience import eventually

pytestmark = pytest.mark.skipif(not LOADER.is_file(), reason="the front end is not built")

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4Y/MfAAQbAiRMjYkHAAAAAElFTkSuQmCC"
)
SENDING = re.compile(r"/messages\?after=")
PATIENCE_MS = 15_000
EXPECTED = ("net::ERR", "status of 4")  # the console about what we cut off or refuse ourselves


expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    for desk in run_desk(tmp_path_factory.mktemp("widget"), HELPDESK_MAX_UPLOAD_BYTES="100000"):
        add_inbox(desk.desk, SYSTEM, channel="chat", address="demo", name="Demo",
                  settings={"identity_secret": "k" * 40})  # fmt: skip
        yield desk


@pytest.fixture(scope="module")
def mei(running: Running) -> Actor:
    return make_agent(running.desk, "Mei Chen")


@pytest.fixture(autouse=True)
def no_faults(windows) -> Iterator[None]:  # type: ignore[no-untyped-def]
    yield
    assert [f for f in windows.faults if not any(each in f for each in EXPECTED)] == []


def open_chat(page: Page, name: str = "Chat with us") -> FrameLocator:
    page.get_by_role("button", name=name).click()
    chat = chat_of(page)
    expect(chat.get_by_role("log")).to_have_attribute("aria-live", "polite")  # its script runs
    return chat


def chat_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def only_posts(route: Route, act: Callable[[], None]) -> None:
    if route.request.method == "POST":
        act()
    else:
        route.fallback()


def say(chat: FrameLocator, text: str, label: str = "Your message") -> None:
    chat.get_by_label(label).fill(text)
    chat.get_by_label(label).press("Enter")


def ticket_of(running: Running, text: str) -> int:
    """The ticket in which the visitor said this."""

    def find() -> int | None:
        with running.desk.read() as session:
            return session.scalar(select(Message.ticket_id).where(Message.text == text))

    eventually(find)
    return find() or 0


def state_of(running: Running, ticket: int) -> str:
    with running.desk.read() as session:
        found = session.scalars(
            select(Delivery.state).join(Message).where(Message.ticket_id == ticket)
        ).all()
    return found[-1]


def test_a_talk_in_english_from_hello_to_seen_and_after_a_reload(running, windows, mei):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    expect(chat.get_by_label("Your message")).to_be_focused()
    say(chat, "One of the poles snapped.")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    ticket = ticket_of(running, "One of the poles snapped.")
    replies.send(running.desk, mei, ticket, "Could you send a photo?")
    expect(chat.get_by_text("Could you send a photo?")).to_be_visible()
    expect(chat.get_by_role("heading", name="Mei Chen")).to_be_visible()
    expect(chat.get_by_text("Seen")).to_be_visible()
    eventually(lambda: state_of(running, ticket) == "read")
    page.reload()
    chat = open_chat(page)
    expect(chat.get_by_role("log")).to_contain_text("One of the poles snapped.")
    expect(chat.get_by_role("log")).to_contain_text("Could you send a photo?")


@pytest.mark.parametrize(
    ("lang", "opener", "label", "sent"),
    [
        ("zh-Hans", "与我们聊天", "写消息", "已送达"),
        ("zh-Hant", "與我們聊天", "寫訊息", "已送達"),
    ],
)
def test_a_talk_in_chinese(running, windows, lang, opener, label, sent):
    page = windows.open(f"{running.url}/demo?lang={lang}", locale="zh-CN")
    chat = open_chat(page, opener)
    words = f"帐篷杆断了，{lang}"
    chat.get_by_placeholder(label).fill(words)
    chat.get_by_placeholder(label).press("Enter")
    expect(chat.get_by_text(sent)).to_be_visible()
    ticket = ticket_of(running, words)
    with running.desk.read() as session:
        assert session.scalar(select(Message.language).where(Message.ticket_id == ticket)) == lang


def test_what_was_written_offline_goes_out_once_when_the_connection_is_back(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Still here")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    page.context.set_offline(True)
    say(chat, "Written in the tunnel")
    say(chat, "And one more")
    expect(chat.get_by_text("You are offline.")).to_be_visible()
    expect(chat.get_by_text("Goes out when you are online again").first).to_be_visible()
    page.context.set_offline(False)
    expect(chat.get_by_text("You are offline.")).to_be_hidden(timeout=20_000)
    ticket = ticket_of(running, "And one more")
    with running.desk.read() as session:
        said = session.scalars(
            select(Message.text).where(Message.ticket_id == ticket).order_by(Message.seq)
        ).all()
    assert said == ["Still here", "Written in the tunnel", "And one more"]
    expect(chat.get_by_text("Delivered")).to_have_count(1)


def test_what_was_written_offline_survives_a_reload(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Before the crash")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    page.route(SENDING, lambda route: only_posts(route, route.abort))
    say(chat, "Written before the crash")
    expect(chat.get_by_text("Goes out when you are online again")).to_be_visible()
    page.unroute(SENDING)
    page.reload()
    ticket_of(running, "Written before the crash")
    chat = open_chat(page)
    expect(chat.get_by_text("Written before the crash")).to_have_count(1)


def test_an_answer_during_a_lost_connection_is_caught_up_with(running, windows, mei):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Hold the line")
    ticket = ticket_of(running, "Hold the line")
    page.context.set_offline(True)
    replies.send(running.desk, mei, ticket, "Are you there?")
    page.context.set_offline(False)
    expect(chat.get_by_text("Are you there?")).to_be_visible(timeout=20_000)


def test_closed_it_counts_and_peeks_and_escape_gives_the_focus_back(running, windows, mei):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "I close it now")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Chat with us")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    ticket = ticket_of(running, "I close it now")
    replies.send(running.desk, mei, ticket, "Leeds holds one for you.")
    page.get_by_role("button", name="Chat with us, 1 new message").wait_for()
    eventually(lambda: state_of(running, ticket) == "delivered")
    chat.get_by_role("button", name="Leeds holds one for you.").click()
    expect(page.get_by_role("button", name="Close the chat").first).to_be_visible()
    eventually(lambda: state_of(running, ticket) == "read")
    expect(page.get_by_role("button", name="1 new message")).to_have_count(0)


def test_on_a_phone_it_covers_the_page(running, windows):
    page = windows.open(f"{running.url}/demo", phone=True)
    chat = open_chat(page)
    say(chat, "From a phone")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    chat.get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_files_are_shown_before_and_after_they_are_sent(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    picture = {"name": "IMG_2231.png", "mimeType": "image/png", "buffer": PIXEL}
    paper = {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    chat.locator("input[type=file]").set_input_files([picture, paper])
    expect(chat.get_by_role("button", name="Remove invoice.pdf")).to_be_visible()
    chat.get_by_role("button", name="Remove invoice.pdf").click()
    say(chat, "Here is the break")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    link = chat.get_by_role("link", name="IMG_2231.png")
    expect(link).to_be_visible()
    address = link.get_attribute("href") or ""
    assert page.request.get(running.url + address).body() == PIXEL
    page.reload()
    image = open_chat(page).locator(".file img")
    eventually(lambda: image.evaluate("image => image.naturalWidth") == 1)


def test_what_is_wrong_is_said_in_place(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    box = chat.get_by_label("Your message")
    box.fill("x" * 4003)
    expect(chat.get_by_text("3 characters too many.")).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    box.press("Enter")
    expect(chat.get_by_text("Delivered")).to_have_count(0)
    box.fill("")
    large = {"name": "large.bin", "mimeType": "", "buffer": b"x" * 100_001}
    chat.locator("input[type=file]").set_input_files([large])
    expect(chat.get_by_text("large.bin is larger than")).to_be_visible()


def test_a_refusal_of_the_desk_is_said_at_the_message(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Hello")
    expect(chat.get_by_text("Delivered")).to_be_visible()
    refusal = {"error": "too_long", "message": "This is too long today."}
    answer = functools.partial(Route.fulfill, status=422, json=refusal)
    page.route(SENDING, lambda route: only_posts(route, functools.partial(answer, route)))
    say(chat, "Refused")
    expect(chat.get_by_text("This is too long today.")).to_be_visible()
    page.unroute(SENDING)
    chat.get_by_role("button", name="Try again").click()
    expect(chat.get_by_text("This is too long today.")).to_be_hidden()
    ticket_of(running, "Refused")


def test_typing_is_seen_on_the_other_side(running, windows, mei):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Are you typing?")
    ticket = ticket_of(running, "Are you typing?")
    socket = running.page_of(mei)
    assert socket.ask("watch", {"ticket": ticket})
    socket.tell("typing", {"ticket": ticket})
    expect(chat.get_by_text("Mei Chen is writing")).to_be_visible()
    socket.forget()
    slowly = "I am looking for it, one moment"  # longer than signs of typing are kept apart
    chat.get_by_label("Your message").press_sequentially(slowly, delay=150)
    assert socket.next("typing")["ticket"] == ticket
    running.close_sockets()


def test_who_is_signed_in_at_the_shop_is_known_and_forgotten_after_the_logout(running, windows):
    page = windows.open(f"{running.url}/demo?as=aleksandra")
    chat = open_chat(page)
    say(chat, "It is me")
    ticket = ticket_of(running, "It is me")
    with running.desk.read() as session:
        point = session.scalar(
            select(ContactPoint)
            .join(Customer, Customer.id == ContactPoint.customer_id)
            .join(Message, Message.author_id == Customer.id)
            .where(Message.ticket_id == ticket, ContactPoint.kind == "email")
        )
    assert point.value == "aleksandra.wm@fjellpost.example"
    assert point.is_verified
    page.goto(f"{running.url}/demo")
    chat = open_chat(page)
    expect(chat.get_by_label("Your message")).to_be_focused()
    page.wait_for_timeout(1000)
    expect(chat.get_by_text("It is me")).to_have_count(0)


def test_an_identity_that_does_not_hold_is_said_and_a_guest_may_chat(running, windows):
    page = windows.open()
    page.route(
        "**/demo",
        lambda route: route.fulfill(
            content_type="text/html",
            body='<script src="/widget.js" data-inbox="demo" data-identity="forged"></script>',
        ),
    )
    page.goto(f"{running.url}/demo")
    chat = open_chat(page)
    expect(chat.get_by_text("Your sign-in could not be checked")).to_be_visible()
    chat.get_by_role("button", name="Chat as a guest").click()
    say(chat, "As a guest then")
    ticket_of(running, "As a guest then")


def test_an_email_may_be_left_and_is_only_a_claim(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "I leave soon")
    expect(chat.get_by_text("the answer waits for you here")).to_be_visible()
    chat.get_by_role("button", name="Leave your email").click()
    field = chat.get_by_label("Your email")
    expect(field).to_be_focused()
    field.fill("ann@fjell")
    field.press("Enter")
    expect(chat.get_by_text("This email is not complete")).to_be_visible()
    field.fill("ann@fjell.example")
    field.press("Enter")
    expect(chat.get_by_text("Thank you. We have noted ann@fjell.example.")).to_be_visible()
    with running.desk.read() as session:
        point = session.query(ContactPoint).filter_by(value="ann@fjell.example").one()
    assert not point.is_verified


def test_a_settled_talk_says_so_and_goes_on(running, windows):
    page = windows.open(f"{running.url}/demo")
    chat = open_chat(page)
    say(chat, "Settle this")
    ticket = ticket_of(running, "Settle this")
    tickets.change_status(running.desk, SYSTEM, ticket, Status.RESOLVED)
    expect(chat.get_by_text("This chat is resolved.")).to_be_visible()
    say(chat, "One more thing")
    expect(chat.get_by_text("This chat is resolved.")).to_be_hidden()


def test_the_shop_asks_no_other_host(running, windows):
    page = windows.open()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{running.url}/demo")
    open_chat(page).get_by_label("Your message").wait_for()
    page.wait_for_timeout(500)
    assert hosts == {running.url.split("/")[2]}


class TestAnotherSite:
    """A site of another origin, with a strict policy of its own."""

    @pytest.fixture
    def site(self, running: Running) -> Iterator[str]:
        script = f'<script src="{running.url}/widget.js" data-inbox="shop" async></script>'
        page = f"<!doctype html><p>A shop</p>{script}"
        policy = f"default-src 'none'; script-src {running.url}; frame-src {running.url}"

        class Shop(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            log_message = functools.partialmethod(lambda *_: None)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()

    def test_it_works_there_under_a_strict_policy(self, running, site, windows):
        page = windows.open(site)
        chat = open_chat(page)
        say(chat, f"From {site}")
        expect(chat.get_by_text("Delivered")).to_be_visible()
        with running.desk.read() as session:
            facts = session.scalar(select(Message.facts).where(Message.text == f"From {site}"))
        assert facts == {"page": f"{site}/"}

    def test_a_site_that_is_not_named_cannot_show_it(self, running, site, windows):
        with running.desk.write() as session:
            inbox = session.query(Inbox).filter_by(address="shop").one()
            inbox.settings = {"allowed_origins": ["https://shop.example"]}
        time.sleep(widgets.KEPT)  # so long the desk, another process, may go by what was
        page = windows.open(site)
        page.get_by_role("button", name="Chat with us").click()
        page.wait_for_timeout(1500)
        expect(chat_of(page).get_by_label("Your message")).to_have_count(0)
        windows.faults[:] = [fault for fault in windows.faults if "frame-ancestors" not in fault]
        with running.desk.write() as session:
            session.query(Inbox).filter_by(address="shop").one().settings = {}
