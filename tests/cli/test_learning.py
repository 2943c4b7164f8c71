"""`helpdesk bot train`, `test` and `rollback`: mistakes, and a candidate that is no model.

`tests/bot/test_learning_loop.py` trains and compares in earnest.
"""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from helpdesk.actions import bot_learning
from helpdesk.cli import bot_processes
from helpdesk.desk import Desk
from helpdesk.models import TrainingCandidate
from helpdesk.queries.candidates import accepted, candidates
from helpdesk.rules.actor import SYSTEM, NotAllowed
from tests.bot.test_models import write_model
from tests.cli.conftest import Helpdesk
from tests.factories import make_agent

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with a model in service; nobody can say what it would answer."""
    folder = tmp_path / "models"
    folder.mkdir()
    write_model(folder / "first.tar.gz")
    (folder / "current").write_text("first")
    return folder


@pytest.fixture
def environment(environment: dict[str, str], models: Path) -> dict[str, str]:
    return environment | {"HELPDESK_BOT_MODELS": str(models)}


def add_candidate(desk: Desk, text: str, intent: str = "", **more: str) -> int:
    with desk.write() as session:
        row = TrainingCandidate(text=text, lang="en", source="fallback", intent=intent, **more)
        session.add(row)
        session.flush()
        return row.id


@on_sqlite
@pytest.mark.parametrize("command", ["train", "test", "rollback"])
def test_without_the_bots_environment_it_is_said_how_to_get_it(
    helpdesk: Helpdesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setattr(bot_processes, "PYTHON", tmp_path / "none" / "bin" / "python")
    assert "make setup" in helpdesk("bot", command, code=2).sentence


@on_sqlite
@pytest.mark.parametrize(
    ("command", "lock", "said"),
    [
        ("train", ".lock", "A training is running"),
        ("test", ".comparing", "A comparison is running"),
    ],
)
def test_one_training_and_one_comparison_at_a_time(
    helpdesk: Helpdesk, models: Path, command: str, lock: str, said: str
) -> None:
    with (models / lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert said in helpdesk("bot", command, code=2).sentence
    assert (models / "current").read_text() == "first"


@on_sqlite
def test_without_a_candidate_there_is_nothing_to_compare(helpdesk: Helpdesk) -> None:
    assert "helpdesk bot train" in helpdesk("bot", "test", code=2).sentence


@on_sqlite
@pytest.mark.parametrize("content", [b"", b"this is no model", None], ids=["empty", "junk", "cut"])
def test_a_damaged_candidate_is_refused_and_the_report_says_so(
    helpdesk: Helpdesk, models: Path, content: bytes | None
) -> None:
    half = (models / "first.tar.gz").read_bytes()[:500]
    (models / "broken.tar.gz").write_bytes(half if content is None else content)
    (models / "candidate").write_text("broken")
    (report,) = helpdesk("bot", "test", "--json", code=1).rows
    assert report["worse_than_in_service"]
    assert not report["switched_in"]
    assert [one["rule"] for one in report["reasons"]] == ["cannot_serve"]
    assert (models / "current").read_text() == "first"
    assert json.loads((models / "broken.report.json").read_text()) == report


@on_sqlite
def test_rollback_names_the_model_and_says_when_there_is_none(
    helpdesk: Helpdesk, models: Path
) -> None:
    assert "no earlier model" in helpdesk("bot", "rollback", code=2).sentence
    write_model(models / "second.tar.gz")
    (models / "current").write_text("second")
    (models / "previous").write_text("first")
    assert "Model first is chosen again in place of second" in helpdesk("bot", "rollback").stdout
    assert (models / "current").read_text().strip() == "first"
    assert "no earlier model" in helpdesk("bot", "rollback", code=2).sentence


def test_only_what_is_accepted_is_learnt_and_it_says_in_which_model(
    desk: Desk, helpdesk: Helpdesk
) -> None:
    good = add_candidate(desk, "my money", "refund")
    bad = add_candidate(desk, "your money", "refund")
    add_candidate(desk, "whose money", "refund")
    bot_learning.decide(desk, SYSTEM, good, "accepted")
    bot_learning.decide(desk, SYSTEM, bad, "rejected")
    with desk.read() as session:
        assert [(one.id, one.intent) for one in accepted(session, SYSTEM)] == [(good, "refund")]
    bot_learning.mark_learnt(desk, SYSTEM, [good], "0123abcd")
    with desk.read() as session:
        assert [one.model for one in candidates(session, SYSTEM, "accepted")] == ["0123abcd"]
        assert [one.model for one in candidates(session, SYSTEM, "rejected")] == [""]
    listed = helpdesk("bot", "candidates", "--state", "accepted").stdout
    assert "my money  (in model 0123abcd)" in listed
    bot_learning.decide(desk, SYSTEM, good, "rejected")
    with desk.read() as session:
        assert accepted(session, SYSTEM) == []


@on_sqlite
def test_agents_do_not_decide_what_is_learnt(desk: Desk) -> None:
    with desk.read() as session, pytest.raises(NotAllowed):
        accepted(session, make_agent(desk))
    with pytest.raises(NotAllowed):
        bot_learning.mark_learnt(desk, make_agent(desk, "Bo Li"), [], "x")
