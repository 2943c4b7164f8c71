"""The bot stays in service: a killed Rasa, a new model, a corrupt one, many at once, bad input."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.comparison.desk_stand_in import TOKEN, DeskStandIn
from bot.comparison.talk import Talk, session
from tests.bot.bot_process import ROOT, BotProcess
from tests.patience import eventually

TRAINED = ROOT / ".setup" / "bot-models"


@pytest.fixture
def own_bot(tmp_path: Path, shop: DeskStandIn):  # type: ignore[no-untyped-def]
    """A bot of the test's own, to be maltreated, with the trained model in a folder of its own."""
    models = tmp_path / "models"
    models.mkdir()
    name = (TRAINED / "current").read_text().strip()
    os.link(TRAINED / f"{name}.tar.gz", models / f"{name}.tar.gz")
    (models / "current").write_text(name)
    process = BotProcess(tmp_path, shop.url, TOKEN, models=models)
    yield process.start()
    process.stop()


@pytest.mark.slow
def test_a_killed_rasa_is_started_again_and_the_address_stays(own_bot: BotProcess) -> None:
    assert Talk(own_bot.url).say("hello").text
    os.kill(_rasa_of(own_bot), signal.SIGKILL)
    eventually(lambda: own_bot.model_in_service is None, seconds=20)
    eventually(lambda: own_bot.model_in_service is not None, seconds=90)
    assert Talk(own_bot.url).say("hello").text


@pytest.mark.slow
def test_a_change_of_model_stalls_no_request_and_a_corrupt_model_is_left_out(
    own_bot: BotProcess,
) -> None:
    models = own_bot.models
    assert models
    before = _rasa_of(own_bot)
    first = (models / "current").read_text().strip()
    os.link(models / f"{first}.tar.gz", models / "second.tar.gz")
    (models / "current").write_text("second")
    slowest, talk = 0.0, Talk(own_bot.url)
    while "Model second is in service" not in own_bot.rasa.log:  # type: ignore[union-attr]
        started = time.monotonic()
        assert talk.say("hello").text
        slowest = max(slowest, time.monotonic() - started)
        assert talk.said < 2000, "the model was not changed"
        time.sleep(0.1)
    assert slowest < 3
    assert _rasa_of(own_bot) != before
    (models / "broken.tar.gz").write_bytes(b"this is no model")
    (models / "current").write_text("broken")
    eventually(lambda: "Model broken cannot serve" in own_bot.rasa.log, seconds=120)  # type: ignore[union-attr]
    assert talk.say("hello").text


def test_twenty_talks_at_once_are_all_answered(talk: Callable[..., Talk]) -> None:
    def go(_: int) -> list[str]:
        one = talk()
        said = ("How can I return a jacket?", "是", "where is my order?", "never mind")
        return [one.say(text).understood["intent"] for text in said]

    with ThreadPoolExecutor(20) as people:
        assert (
            list(people.map(go, range(20)))
            == [["return_item", "affirm", "order_status", "nevermind"]] * 20
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x07",
        "a" * 1_000_000,
        "退" * 300_000,
        "\ud800",
        "/restart",
        "{}",
        "\u202eabc",
        "1",
    ],
    ids=lambda text: f"{text[:4]!r}x{len(text)}",
)
def test_any_message_is_answered_in_bounded_time(talk: Callable[..., Talk], text: str) -> None:
    started = time.monotonic()
    heard = talk().say(text)
    assert heard.text
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"message": "hi"}', b'{"sender": 1}'])
def test_what_the_desk_would_not_send_is_refused(bot: BotProcess, body: bytes) -> None:
    answer = session.post(f"{bot.url}/webhooks/rest/webhook", data=body, timeout=10)
    assert answer.status_code == 400


def test_the_desk_is_asked_with_the_token_and_the_place_of_the_talk(
    talk: Callable[..., Talk], shop: DeskStandIn
) -> None:
    one = talk()
    one.say("How can I return a jacket?")
    path, asked = shop.asked[-1]
    assert path == "/bot/search"
    assert asked == {
        "q": "How can I return a jacket?",
        "lang": "en",
        "ticket": str(one.ticket),
        "epoch": "1",
    }
    assert shop.refused == 0


def _rasa_of(bot: BotProcess) -> int:
    assert bot.rasa
    children = Path(f"/proc/{bot.rasa.pid}/task/{bot.rasa.pid}/children").read_text().split()
    return int(children[-1])
