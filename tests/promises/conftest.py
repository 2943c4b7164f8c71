from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import environment, helpdesk  # noqa: F401  fixtures
from tests.promises.victims import Victims
from tests.standins.twilio import TwilioStandIn


@pytest.fixture(scope="session")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    """A process that forks victims; see ``Victims``."""
    victims = Victims(tmp_path_factory.mktemp("victims") / "log")
    yield victims
    victims.close()


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin
