"""The loader, the page in the frame and the demo shop."""

from __future__ import annotations

import json
import re

import pytest

from helpdesk.actions.inboxes import add_inbox
from helpdesk.desk import Desk
from helpdesk.models import Inbox
from helpdesk.rules import visitor_token
from helpdesk.rules.actor import SYSTEM
from helpdesk.web import widget

ORIGINS = ["https://shop.example", "https://www.shop.example"]


def about(html: str) -> dict:  # type: ignore[type-arg]
    found = re.search(r'<script type="application/json" id="about">(.*?)</script>', html, re.S)
    assert found
    return dict(json.loads(found[1]))


def test_the_page_holds_its_words_and_its_limits(app):
    answer = app.test_client().get("/widget/shop?lang=en")
    facts = about(answer.text)
    assert facts["api"] == "/widget/shop"
    assert facts["limits"] == {"chars": 4000, "file": 10_485_760, "files": 5}
    assert facts["words"]["send"] == "Send"


@pytest.mark.parametrize(
    ("lang", "locale"),
    [
        ("en-GB", "en"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hant", "zh-Hant"),
        ("zh_TW", "zh-Hant"),
        ("de", "en"),
    ],
)
def test_the_page_speaks_the_language_that_the_site_asks_for(app, lang, locale):
    html = app.test_client().get(f"/widget/shop?lang={lang}").text
    assert f'<html lang="{locale}"' in html
    assert about(html)["locale"] == locale


def test_every_sentence_of_the_widget_is_translated(app):
    english = about(app.test_client().get("/widget/shop?lang=en").text)["words"]
    for lang in ("zh-Hans", "zh-Hant"):
        words = about(app.test_client().get(f"/widget/shop?lang={lang}").text)["words"]
        assert [key for key in english if words[key] == english[key]] == []


def test_no_script_but_ours_and_nothing_inline(app):
    answer = app.test_client().get("/widget/shop")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son\w+=|<style", answer.text)


def test_a_title_cannot_break_out_of_its_block(app, desk: Desk):
    add_inbox(desk, SYSTEM, channel="chat", address="odd", name="Odd",
              settings={"title": "</script><script>alert(1)</script>"})  # fmt: skip
    html = app.test_client().get("/widget/odd").text
    assert "<script>alert" not in html
    assert about(html)["title"] == "</script><script>alert(1)</script>"


def test_any_site_may_embed_it_until_some_are_named(app, desk: Desk, inbox):
    answer = app.test_client().get("/widget/shop")
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    with desk.write() as session:
        session.get_one(Inbox, inbox).settings = {"allowed_origins": ORIGINS}
    answer = app.test_client().get("/widget/shop")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://shop.example https://www.shop.example")
    assert "X-Frame-Options" not in answer.headers


def test_a_widget_that_is_switched_off_is_gone(app, desk: Desk, inbox, visitor):
    with desk.write() as session:
        session.get_one(Inbox, inbox).active = False
    assert app.test_client().get("/widget/shop").status_code == 404
    assert visitor.say().status_code == 404


def test_the_loader_is_small_and_keeps_its_address(app, tmp_path, monkeypatch):
    answer = app.test_client().get("/widget.js")
    if not widget.LOADER.is_file():
        assert answer.status_code == 503
        return
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    again = app.test_client().get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    import gzip

    assert len(gzip.compress(answer.data)) < 3000


class TestDemo:
    @pytest.fixture
    def demo(self, app, desk: Desk):
        add_inbox(desk, SYSTEM, channel="chat", address="demo", name="Demo",
                  settings={"identity_secret": "k" * 40})  # fmt: skip
        return app.test_client()

    def test_without_the_demo_inbox_there_is_no_shop(self, app):
        assert app.test_client().get("/demo").status_code == 404

    def test_the_shop_asks_no_other_host(self, demo):
        html = demo.get("/demo").text
        assert not re.search(r'(src|href)="(https?:)?//', html)
        assert 'data-inbox="demo"' in html
        assert "data-identity" not in html

    def test_a_customer_who_is_logged_in_there_is_vouched_for(self, demo):
        html = demo.get("/demo?as=aleksandra&lang=zh-Hans").text
        token = re.search(r'data-identity="([^"]+)"', html)
        assert token
        who = visitor_token.read_identity(token[1], "k" * 40)
        assert who.email == "aleksandra.wm@fjellpost.example"
        assert 'data-locale="zh-Hans"' in html

    def test_nobody_else_is(self, demo):
        assert "data-identity" not in demo.get("/demo?as=mallory@evil.example").text
