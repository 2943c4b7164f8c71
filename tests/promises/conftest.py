from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import environment, helpdesk  # noqa: F401  fixtures
from tests.promises.victims import Victims
from tests.servers.postgres import PostgresServer
from tests.standins.twilio import TwilioStandIn


@pytest.fixture(scope="session")
def victims(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,
    postgres: PostgresServer,
    postgres_template: str,
) -> Iterator[Victims]:
    """A process that forks victims; see ``Victims``."""
    folder = tmp_path_factory.mktemp("victims")
    sqlite = shutil.copy(sqlite_template, folder / "warm.db")
    databases = (f"sqlite:///{sqlite}", postgres.clone(postgres_template))
    victims = Victims(folder / "log", databases)
    yield victims
    victims.close()


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin
