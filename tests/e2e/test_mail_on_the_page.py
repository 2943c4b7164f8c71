"""What a stranger's mail does in a real browser: nothing, until the agent asks for its images."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpdesk.seeds import DEMO_LOGINS
from tests.channels.email.mails import multipart
from tests.channels.email.test_forwarded import ATTACHED
from tests.e2e.people import sign_in
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery

SOON = 30_000  # milliseconds


class OtherSite(ThreadingHTTPServer):
    """A site that counts who loads its image, and from where they say they come."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def image(self) -> str:
        return f"http://localhost:{self.server_port}/pixel.svg"  # not the desk's own host


class _Handler(BaseHTTPRequestHandler):
    server: OtherSite

    def do_GET(self) -> None:
        seen = (self.path, self.headers.get("Referer", "") + self.headers.get("Cookie", ""))
        self.server.asked.append(seen)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[OtherSite]:
    site = OtherSite()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, site: OtherSite, nursery: Nursery
) -> Iterator[DeskProcess]:
    desk = DeskProcess(tmp_path_factory.mktemp("desk"))
    nursery.plant(desk, indexed=False)
    mails = tmp_path_factory.mktemp("mails")
    html = (
        f'<p>New words</p><img src="{site.image}"><script>document.title="taken"</script>'
        "<div class=gmail_attr>On 1 May 2026, Bob wrote:</div><blockquote>old words</blockquote>"
    )
    raw = multipart(f"Content-Type: text/html\r\n\r\n{html}", ATTACHED, subject="With an image")
    (mails / "1.eml").write_bytes(raw)
    desk.run("ingest", "email", str(mails))
    yield desk.start()
    desk.stop(timeout=5)


def opened(desk: DeskProcess, windows: Any) -> Page:
    page = sign_in(windows, desk, DEMO_LOGINS[0][0], "/tickets?q=With+an+image")
    page.get_by_text("With an image").first.click()
    return page


def test_images_load_at_a_click_and_quotes_unfold(
    desk: DeskProcess, site: OtherSite, windows: Any
) -> None:
    page = opened(desk, windows)
    page.get_by_text("As it was sent").click()
    frame = page.frame_locator("details.original iframe")
    expect(frame.get_by_text("New words")).to_be_visible(timeout=SOON)
    expect(frame.get_by_text("old words")).to_be_hidden()
    frame.get_by_text("Quoted text").click()
    expect(frame.get_by_text("old words")).to_be_visible(timeout=SOON)
    assert site.asked == []
    page.get_by_role("link", name="Show with images from other sites").click()
    expect(frame.locator("img[src]")).to_be_visible(timeout=SOON)
    assert site.asked == [("/pixel.svg", "")]
    assert "taken" not in page.title()


def test_the_original_sender_becomes_the_requester_and_back(
    desk: DeskProcess, windows: Any
) -> None:
    page = opened(desk, windows)
    page.get_by_role("button", name="Make Bob Fox the requester").click()
    expect(page.get_by_text("Bob Fox is the requester now.")).to_be_visible(timeout=SOON)
    expect(page.locator("#details .person")).to_contain_text("Bob Fox")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#details .person")).to_contain_text("Ann Example", timeout=SOON)


def test_a_reply_goes_to_whom_the_agent_chose(desk: DeskProcess, windows: Any) -> None:
    page = opened(desk, windows)
    page.locator("#recipients > summary").click()
    expect(page.get_by_text("ann@customer.example").last).to_be_visible(timeout=SOON)
    page.get_by_label("Also to").fill("lo@dal.example")
    page.locator(".recipient label", has_text="Cc").first.click()
    page.locator("#text").fill("For both of you")
    page.get_by_role("button", name="Send", exact=True).click()
    bubble = page.locator(".turn.outbound", has_text="For both of you")
    expect(bubble).to_contain_text("to lo@dal.example, cc ann@customer.example", timeout=SOON)
    expect(page.locator("#recipient-choices")).to_have_count(0, timeout=SOON)
