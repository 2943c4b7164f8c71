"""The real server on a seeded desk, and an agent who is signed in to it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.accounting import cpu_seconds
from benchmarks.seeded import SECRET
from helpdesk.seeds import DEMO_PASSWORD
from tests.servers.desk_process import HELPDESK, DeskProcess

AGENT = "mei@tarnfold.example"
_CSRF = re.compile(r'name="csrf[_-]token" (?:type="hidden" )?(?:content|value)="([^"]+)"')


@contextmanager
def serving(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[DeskProcess]:
    """`helpdesk serve` on the data in ``folder``, until the block ends. ``settings``: more
    HELPDESK_* variables."""
    given = {
        **(settings or {}),
        "HELPDESK_DATABASE_URL": f"sqlite:///{folder / 'helpdesk.db'}",
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_LOGIN_ATTEMPTS": "1000",
    }
    desk = DeskProcess(folder, settings=given)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()


def signed_in(url: str) -> requests.Session:
    """An agent's browser, as far as cookies go."""
    browser = requests.Session()
    browser.trust_env = False  # a proxy would only be in the way
    form = _CSRF.search(browser.get(f"{url}/login", timeout=30).text)
    assert form, "the login page has no CSRF token"
    answer = browser.post(
        f"{url}/login",
        data={"email": AGENT, "password": DEMO_PASSWORD, "csrf_token": form[1]},
        timeout=30,
    )
    assert "/login" not in answer.url, f"{AGENT} cannot sign in"
    return browser


def seconds_until_alive(desk: DeskProcess) -> tuple[float, float]:
    """How long `helpdesk serve` takes from its start to its first answer: by the clock, and of
    processor time."""
    started = time.monotonic()
    process = subprocess.Popen(
        [str(HELPDESK), "serve"],
        env=desk.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not desk.is_healthy():
            assert process.poll() is None, "helpdesk serve has ended"
            time.sleep(0.02)
        return time.monotonic() - started, cpu_seconds(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)
