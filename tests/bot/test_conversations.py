"""The talks of bot/tests/conversations, played against the trained bot."""

import pytest

from bot.comparison.desk_stand_in import DeskStandIn
from bot.comparison.talks import Script, fault_in, scripts
from tests.bot.bot_process import BotProcess


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.name)
def test_every_turn_of_the_talk_is_answered_as_written(
    script: Script, bot: BotProcess, shop: DeskStandIn
) -> None:
    assert fault_in(script, bot.url, shop) is None
