"""Alive, ready, measured."""

from __future__ import annotations

from flask import Flask

from tests.web.conftest import Visit


def test_alive_ready_and_measured(stranger: Visit, app: Flask) -> None:
    assert stranger.get("/healthz").text == "alive\n"
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"ready": True, "database": True, "jobs": None, "bot": None}
    app.extensions["jobs_ready"] = lambda: False
    assert stranger.get("/readyz").status_code == 503
    assert 'endpoint="health.alive"' in stranger.get("/metrics").text


def test_not_ready_without_a_database(app: Flask, stranger: Visit, desk) -> None:  # type: ignore[no-untyped-def]
    with desk.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE tickets RENAME TO gone")
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] is False


def test_built_files_are_kept_for_ever_and_nothing_else_is_served(stranger: Visit) -> None:
    for path in (
        "/assets/../desk.js",
        "/assets/..%2Fsrc%2Fdesk.js",
        "/assets/.hidden",
        "/assets/x",
    ):
        assert stranger.get(path).status_code == 404
