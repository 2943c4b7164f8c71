"""The figures page on a phone: nothing of it is wider than the screen, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.seeds import DEMO_LOGINS, DEMO_PASSWORD
from tests.servers.desk_process import DeskProcess
from tests.servers.planted import Nursery

SUPERVISOR = next(email for email, role in DEMO_LOGINS if role == "supervisor")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[DeskProcess]:
    desk = DeskProcess(tmp_path_factory.mktemp("figures"))
    nursery.plant(desk, indexed=False)
    yield desk.start()
    desk.stop(timeout=5)


@pytest.mark.parametrize(("locale", "words"), [("en", "Deflected"), ("zh_Hans", "自助解决")])
def test_the_figures_fit_a_phone(desk: DeskProcess, windows: Any, locale: str, words: str) -> None:
    page = windows.open(f"{desk.url}/login?locale={locale}", size=(390, 844))
    page.locator("input[name=email]").fill(SUPERVISOR)
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("form button").last.click()
    page.wait_for_url("**/tickets**")
    if locale != "en":
        token = page.locator("meta[name=csrf-token]").get_attribute("content")
        page.request.post(f"{desk.url}/preferences", form={"locale": locale, "csrf_token": token})
    page.goto(f"{desk.url}/learning/figures?days=90")
    assert words in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 390
