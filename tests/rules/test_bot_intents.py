"""The desk offers the intents that the bot is taught, each with its meaning."""

from bot.examples import shipped_examples
from helpdesk.rules.bot_intents import INTENTS
from helpdesk.web.intent_words import WORDS


def test_what_a_correction_may_choose_is_what_the_bot_is_taught() -> None:
    assert set(INTENTS) == {one.intent for one in shipped_examples()}
    assert len(set(INTENTS)) == len(INTENTS)


def test_each_intent_has_its_meaning_in_words() -> None:
    assert set(WORDS) == set(INTENTS)
    assert len(set(WORDS.values())) == len(WORDS)
