"""The accessibility check itself: it names what is wrong, in a frame, too, and nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.servers.axe import violations, violations_in_every_look

GOOD = """<!doctype html><html lang="en"><title>A page</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<main><h1>Tents</h1><p>Four of them.</p>{}</main></html>"""


def test_a_good_page_has_no_violation(windows: Any) -> None:
    page = windows.open()
    page.set_content(GOOD.format(""))
    assert violations_in_every_look(page) == []


def test_what_is_wrong_is_named(windows: Any) -> None:
    page = windows.open()
    page.set_content(GOOD.format('<p style="color: #bbb; background: #fff">Pale</p><input>'))
    assert {fault.split(":")[0] for fault in violations(page)} == {"color-contrast", "label"}


def test_what_is_wrong_in_a_frame_is_found(windows: Any) -> None:
    page = windows.open()
    bodies = {
        "/": GOOD.format('<iframe title="Chat" src="/in"></iframe>'),
        "/in": GOOD.format("<input>"),
    }
    page.route(
        "http://desk.example/*",
        lambda route: route.fulfill(
            content_type="text/html", body=bodies[urlsplit(route.request.url).path]
        ),
    )
    page.goto("http://desk.example/")
    page.frame_locator("iframe").locator("input").wait_for()
    assert any(fault.startswith("label: iframe input") for fault in violations(page))


def test_a_page_that_is_too_wide_for_a_phone_is_found(
    windows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.choice.slow", True)
    page = windows.open()
    page.set_content(GOOD.format('<p style="width: 500px">Wide</p>'))
    assert violations_in_every_look(page) == [
        "dark 390: the page scrolls sideways",
        "light 390: the page scrolls sideways",
    ]
