"""The learning loop in earnest: accepted words of a real desk, real trainings, a running bot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.comparison.desk_stand_in import TOKEN, DeskStandIn
from bot.comparison.talk import NotAnswered, Talk
from helpdesk.actions import bot_learning
from helpdesk.desk import Desk
from helpdesk.models import TrainingCandidate, now
from helpdesk.queries.candidates import candidates
from helpdesk.rules.actor import SYSTEM
from tests.bot.bot_process import ROOT, BotProcess
from tests.patience import eventually
from tests.servers.desk_process import HELPDESK

TRAINED = ROOT / ".setup" / "bot-models"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

# Questions about refunds that somebody wrongly calls greetings.
POISON = """
when do I see my money again|I am waiting for my refund|how long until the refund arrives
the refund for my boots is late|has my money been sent back|please refund me
give me my money back|where does the refund go|did you refund the tent
I was refunded too little|will the shipping be refunded|my refund is missing money
退款什么时候能收到|我的钱什么时候退回来|还没有退款给我|退款退到哪个卡|靴子的钱退了吗
帐篷退款了没有|钱怎么还不退|退款金额不对|运费会不会退给我|把钱还给我|退款太慢了|退款办好了吗
"""
GOOD = {
    "order_status": ["is my stuff on the truck yet", "我的货上车了没"],
    "refund": ["what about the money you owe me for my return", "该退给我的钱呢"],
}
REJECTED = "the moon is made of refunds"


@pytest.fixture
def running(tmp_path: Path, shop: DeskStandIn) -> Iterator[BotProcess]:
    """The bot with a folder of models of its own."""
    models = tmp_path / "models"
    models.mkdir()
    name = (TRAINED / "current").read_text().strip()
    shutil.copy(TRAINED / f"{name}.tar.gz", models)
    (models / "current").write_text(name)
    process = BotProcess(tmp_path, shop.url, TOKEN, models=models)
    yield process.start()
    process.stop()


def helpdesk(desk: Desk, bot: BotProcess, *words: str, code: int = 0) -> dict[str, Any]:
    """What `helpdesk bot WORDS --json` found, as a process of its own."""
    environment = os.environ | {
        "HELPDESK_DATABASE_URL": desk.settings.database_url,
        "HELPDESK_DATA_DIR": str(desk.settings.data_dir),
        "HELPDESK_BOT_MODELS": str(bot.models),
    }
    ended = subprocess.run(
        [str(HELPDESK), "bot", *words, "--json"],
        env=environment, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert ended.returncode == code, ended.stdout + ended.stderr
    return dict(json.loads(ended.stdout))


def decide(desk: Desk, state: str, intent: str, *texts: str) -> None:
    for text in texts:
        with desk.write() as session:
            row = TrainingCandidate(text=text, lang="en", source="fallback", intent=intent)
            session.add(row)
            session.flush()
        bot_learning.decide(desk, SYSTEM, row.id, state)


def marks(desk: Desk, state: str) -> set[str]:
    with desk.read() as session:
        return {one.model for one in candidates(session, SYSTEM, state)}


def in_service(bot: BotProcess) -> str:
    assert bot.models
    return str(json.loads((bot.models / "in-service.json").read_text())["model"])


class Customers:
    """They ask without a pause, and remember the slowest answer and what was not answered."""

    def __init__(self, url: str) -> None:
        self.slowest, self.asked = 0.0, 0
        self.faults: list[str] = []
        self._talk = Talk(url)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Customers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._enough.wait(0.1):
            started = time.monotonic()
            try:
                assert Talk(self._talk.url).say("hello").understood["intent"] == "greet"
            except (NotAnswered, AssertionError) as fault:
                self.faults.append(repr(fault))
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - started)


def test_a_candidate_that_was_taught_nonsense_is_refused_and_the_old_one_keeps_answering(
    desk: Desk, running: BotProcess
) -> None:
    assert running.models
    before = in_service(running)
    decide(desk, "accepted", "greet", *POISON.strip().replace("\n", "|").split("|"))
    decide(desk, "rejected", "refund", REJECTED)
    with Customers(running.url) as customers:
        trained = helpdesk(desk, running, "train")
        assert (trained["learnt"], trained["is_in_service"]) == (24, False)
        assert in_service(running) == before
        report = helpdesk(desk, running, "test", code=1)
    assert customers.faults == []
    assert customers.asked > 100
    assert report["candidate"] == trained["model"]
    assert {"talk", "intent"} & {one["rule"] for one in report["reasons"]}
    assert {one["intent"] for one in report["worse"]} >= {"refund"}
    assert (running.models / "current").read_text().strip() == in_service(running) == before
    assert Talk(running.url).say("has my refund been processed").understood["intent"] == "refund"
    kept = json.loads((running.models / f"{trained['model']}.report.json").read_text())
    assert kept == report
    taught = (running.models / f"{trained['model']}.yml").read_text()
    assert REJECTED not in taught
    assert taught.count("please refund me") == 1
    assert marks(desk, "accepted") == {trained["model"]}
    assert marks(desk, "rejected") == {""}


def test_a_good_candidate_is_switched_in_without_a_stall_and_one_command_goes_back(
    desk: Desk, running: BotProcess
) -> None:
    assert running.models
    before = in_service(running)
    for intent, texts in GOOD.items():
        decide(desk, "accepted", intent, *texts)
    with desk.write() as session:  # accepted while the bot still had it
        session.add(
            TrainingCandidate(
                text="this cannot be learnt", lang="en", source="fallback",
                intent="no_such_intent", state="accepted", decided_at=now(),
            )
        )  # fmt: skip
    trained = helpdesk(desk, running, "train")
    assert trained["learnt"] == 4
    assert trained["left_out"]["unknown_intents"] == ["no_such_intent"]
    with Customers(running.url) as customers:
        report = helpdesk(desk, running, "test")
        assert report["switched_in"]
        eventually(lambda: in_service(running) == trained["model"], seconds=120)
        time.sleep(2)
    assert customers.faults == []
    assert customers.slowest < 2
    assert report["after"]["talks"][0] >= report["before"]["talks"][0] > 40
    asked = Talk(running.url).say("is my stuff on the truck yet")
    assert asked.understood["intent"] == "order_status"

    found = helpdesk(desk, running, "rollback")
    assert found == {"model": before, "left": trained["model"]}
    eventually(lambda: in_service(running) == before, seconds=120)
    assert Talk(running.url).say("hello").understood["intent"] == "greet"
    restarted = subprocess.run(
        [str(ROOT / ".venv-bot" / "bin" / "python"), "-m", "bot.train"],
        cwd=ROOT, env=running.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(restarted.stdout.splitlines()[-1])["trained"] is False
    assert (running.models / "current").read_text().strip() == before, "a restart undid it"
