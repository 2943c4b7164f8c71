"""The trained bot, started once a worker, and the desk that it asks."""

from collections.abc import Callable, Iterator

import pytest

from bot.comparison.desk_stand_in import TOKEN, DeskStandIn
from bot.comparison.talk import Talk
from tests.bot.bot_process import BotProcess


@pytest.fixture(scope="session")
def desk_of_the_bot() -> Iterator[DeskStandIn]:
    desk = DeskStandIn()
    yield desk
    desk.close()


@pytest.fixture
def shop(desk_of_the_bot: DeskStandIn) -> DeskStandIn:
    """Answering, and nobody identified."""
    desk_of_the_bot.reset()
    return desk_of_the_bot


@pytest.fixture(scope="session")
def bot(
    tmp_path_factory: pytest.TempPathFactory, desk_of_the_bot: DeskStandIn
) -> Iterator[BotProcess]:
    process = BotProcess(tmp_path_factory.mktemp("bot"), desk_of_the_bot.url, TOKEN)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def talk(bot: BotProcess, shop: DeskStandIn) -> Callable[..., Talk]:
    """talk(channel="sms", people_here=False, ...) -> a new talk with the bot."""
    return lambda **circumstances: Talk(bot.url, circumstances)
