"""The document is true: schemathesis calls every operation with what it promises and with what it
forbids, over a desk with people, tickets and articles."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from helpdesk import create_app
from helpdesk.actions import articles
from helpdesk.actions.api_tokens import create_token
from helpdesk.actions.upserts import upsert
from helpdesk.api.operation import OPERATIONS, Operation
from helpdesk.config import Settings
from helpdesk.desk import open_desk
from helpdesk.rules.actor import Role
from helpdesk.rules.article_words import Words
from tests.desks import SECRET
from tests.factories import Mail, make_agent, receive

MANY = os.environ.get("CI") == "true"
EXAMPLES = 25 if MANY else 4  # of each operation


@pytest.fixture(scope="module")
def seeded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("api")
    shutil.copy(sqlite_template, folder / "desk.db")
    desk = open_desk(
        Settings(
            data_dir=folder, database_url=f"sqlite:///{folder / 'desk.db'}", secret_key=SECRET,
            smtp_listen="", encoder="none", api_requests_per_minute=1_000_000,
        )
    )  # fmt: skip
    ada = make_agent(desk, "Ada", Role.ADMIN)
    for subject in ("Tent pole", "Refund", "退款"):
        receive(desk, Mail(subject=subject))
    articles.publish(desk, ada, articles.write(desk, ada, "returns", "en", Words("Returns", "So.")))
    upsert(desk, ada, "organizations", {"name": ["Fjell"], "external_id": ["F"]})
    app = create_app(desk)
    app.config["TOKEN"] = create_token(desk, ada, "t", scopes=["admin"])
    yield app
    desk.database.close()


@pytest.fixture(scope="module")
def api(seeded: Flask) -> object:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", seeded)


BEYOND = (b"cursor is none of ours", b"under this Idempotency-Key", b"There is no field")


def _beyond(one: Operation, response: Any) -> list[Any]:
    """A schema cannot say which cursors are ours, which keys were used, which custom fields
    there are, what a table is."""
    is_beyond = one.files or any(words in response.content for words in BEYOND)
    return [positive_data_acceptance] if is_beyond else []


def called(one: Operation) -> str:
    return f"{one.method} {one.path}"


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("one", OPERATIONS, ids=called)
def test_every_operation_does_as_the_document_says(
    one: Operation, mode: GenerationMode, api: Any, seeded: Flask
) -> None:
    operation = api[one.path][one.method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], derandomize=True,
        database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def call(case: Case) -> None:
        response = case.call(headers={"Authorization": f"Bearer {seeded.config['TOKEN']}"})
        case.validate_response(response, excluded_checks=[ignored_auth, *_beyond(one, response)])

    try:
        call()
    except Unsatisfiable:
        pytest.skip("nothing about this operation can be wrong")
