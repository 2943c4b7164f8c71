import http.server
import threading

import pytest

PAGE = b"""<!doctype html><meta charset=utf-8><title>t</title>
<button onclick="document.body.append('pressed')">Press</button>
<script>document.cookie = "me=" + navigator.language</script>
<script>if (location.search) { console.error("it broke") }</script>"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = not self.path.startswith("/broken")
        self.send_response(200 if found else 500)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_page_can_be_used(windows, site):
    page = windows.open(site)
    page.get_by_role("button", name="Press").click()
    assert "pressed" in page.inner_text("body")
    assert windows.faults == []


def test_two_people_have_cookies_and_a_language_of_their_own(windows, site):
    agent, visitor = windows.open(site), windows.open(site, locale="zh-CN", phone=True)
    assert agent.evaluate("document.cookie") == "me=en-US"
    assert visitor.evaluate("document.cookie") == "me=zh-CN"
    assert visitor.evaluate("innerWidth") == 390


def test_faults_of_a_page_are_seen(windows, site):
    windows.open(f"{site}/broken?")
    windows.open(f"{site}/?x")
    assert any("500" in fault for fault in windows.faults)
    assert any("it broke" in fault for fault in windows.faults)


def test_pictures_can_be_taken(windows, site, tmp_path):
    windows.open(site)
    windows.pictures = tmp_path
    (picture,) = windows.take_pictures("page")
    assert picture.read_bytes().startswith(b"\x89PNG")
