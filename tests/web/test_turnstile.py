"""A few requests at a time; nobody waits for ever behind a slow one."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from helpdesk.web.turnstile import Turnstile
from tests.patience import eventually


class Slow:
    """An app whose requests stay until they are let go."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.go = threading.Event()
        self._guard = threading.Lock()

    def __call__(self, _environ: Any, _start: Any) -> Iterable[bytes]:
        with self._guard:
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.go.wait(30)
        with self._guard:
            self.inside -= 1
        return [b"done"]


def asked(pool: ThreadPoolExecutor, turnstile: Turnstile, times: int) -> list[Any]:
    return [pool.submit(turnstile, {}, None) for _ in range(times)]  # type: ignore[arg-type]


def test_only_a_few_requests_work_at_once_and_all_are_answered() -> None:
    app = Slow()
    turnstile = Turnstile(app, at_once=2, patience=30)
    with ThreadPoolExecutor(8) as pool:
        answers = asked(pool, turnstile, 8)
        eventually(lambda: app.inside == 2)
        app.go.set()
        assert [answer.result(30) for answer in answers] == [[b"done"]] * 8
    assert app.most == 2


def test_a_request_goes_on_when_those_before_it_are_slow() -> None:
    app = Slow()
    turnstile = Turnstile(app, at_once=2, patience=0.01)
    with ThreadPoolExecutor(3) as pool:
        answers = asked(pool, turnstile, 3)
        eventually(lambda: app.inside == 3)
        app.go.set()
        assert [answer.result(30) for answer in answers] == [[b"done"]] * 3


def test_a_place_is_free_again_after_an_error() -> None:
    def broken(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise ValueError("broken")

    turnstile = Turnstile(broken, at_once=1, patience=30)
    with ThreadPoolExecutor(1) as pool:
        for answer in asked(pool, turnstile, 2):
            assert isinstance(answer.exception(30), ValueError)


def test_whoever_came_first_goes_first() -> None:
    first_is_in, let_first_go = threading.Event(), threading.Event()
    order: list[int] = []

    def app(environ: Any, _start: Any) -> Iterable[bytes]:
        order.append(environ["number"])
        if environ["number"] == 0:
            first_is_in.set()
            assert let_first_go.wait(30)
        return [b""]

    turnstile = Turnstile(app, at_once=1, patience=30)
    with ThreadPoolExecutor(5) as pool:
        asked_for = [pool.submit(turnstile, {"number": 0}, None)]  # type: ignore[arg-type]
        assert first_is_in.wait(30)
        for number in range(1, 5):
            asked_for.append(pool.submit(turnstile, {"number": number}, None))  # type: ignore[arg-type]
            eventually(lambda: len(turnstile._waiting) == number)  # noqa: B023  asked at once
        let_first_go.set()
        assert [each.result(30) for each in asked_for] == [[b""]] * 5
    assert order == [0, 1, 2, 3, 4]
