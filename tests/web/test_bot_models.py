"""The pages say which model serves, what it learnt, and how the last comparison ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from helpdesk.bot_models import BotModels, read_models
from helpdesk.config import Settings
from helpdesk.desk import Desk
from helpdesk.rules.actor import Role
from tests.factories import make_agent
from tests.web.conftest import Visit

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REASONS = [
    {"rule": "talk", "talk": "orders: <b>late</b>", "fault": "x"},
    {"rule": "accuracy", "language": "zh", "before": 0.9, "after": 0.8125},
    {"rule": "intent", "language": "en", "intent": "refund", "before": 8, "after": 1, "of": 8},
]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(settings: Settings, models: Path) -> Settings:
    return settings.model_copy(update={"bot_models": str(models)})


@pytest.fixture
def supervisor(app: Flask, desk: Desk) -> Visit:
    return Visit(app.test_client()).enter(make_agent(desk, "Sue Park", Role.SUPERVISOR))


def tell(folder: Path, **report: Any) -> None:
    (folder / "current").write_text("abc123\n")
    noted = {"model": "abc123", "since": "2026-11-20T10:00:00+00:00"}
    (folder / "in-service.json").write_text(json.dumps(noted))
    (folder / "abc123.json").write_text(json.dumps({"model": "abc123", "learnt": 7}))
    told = {
        "candidate": "def456",
        "compared_at": "2026-11-21T10:00:00+00:00",
        "worse_than_in_service": True,
        "switched_in": False,
        "reasons": REASONS,
    }
    (folder / "def456.report.json").write_text(json.dumps(told | report))


@on_sqlite
@pytest.mark.parametrize("page", ["/learning/candidates", "/learning/figures"])
def test_the_model_in_service_and_the_last_verdict_are_shown(
    supervisor: Visit, models: Path, page: str
) -> None:
    assert "No model has served on this machine yet." in supervisor.get(page).text
    tell(models)
    shown = supervisor.get(page).text
    assert "abc123" in shown
    assert 'datetime="2026-11-20T10:00:00+00:00"' in shown
    assert "trained from 7 accepted examples" in shown
    assert "worse, not switched in" in shown
    assert "orders: &lt;b&gt;late&lt;/b&gt;" in shown
    assert "90.0 % of the held-out questions were understood, now 81.2 %" in shown
    assert "questions for refund that are understood: 8 before, 1 now" in shown
    tell(models, worse_than_in_service=False, switched_in=True, reasons=[])
    assert "not worse, switched in" in supervisor.get(page).text
    (models / "current").write_text("def456")
    assert "Model def456 is chosen" in supervisor.get(page).text


@on_sqlite
def test_it_is_said_in_chinese_too(supervisor: Visit, models: Path) -> None:
    tell(models)
    supervisor.post("/preferences", locale="zh_Hans")
    shown = supervisor.get("/learning/candidates").text
    assert "由 7 条已采纳的例句训练" in shown
    assert "变差了，没有换上" in shown


@pytest.mark.parametrize("junk", ["", "[]", "{", '{"model": 5}', "[" * 100_000, "null"])
def test_a_damaged_folder_is_unknown_and_no_fault(models: Path, junk: str) -> None:
    for name in ("current", "in-service.json", "x.json", "x.report.json"):
        (models / name).write_text(junk)
    assert read_models(models).in_service == ""
    assert read_models(models).comparison is None
    assert read_models(models / "none") == BotModels()
