"""What models are compared on is really unknown to them, and there is enough of it."""

from collections import Counter

from bot.comparison.held_out import LANGUAGES, OFF_TOPIC, Question, not_learnt, questions
from bot.examples import Example, plain, shipped_examples, worth_learning, written
from bot.language import has_han


def test_no_held_out_phrasing_is_in_the_training_data() -> None:
    learnt = {plain(one.text) for one in shipped_examples()}
    assert [one for one in questions() if plain(one.text) in learnt] == []


def test_every_intent_has_eight_phrasings_in_each_language() -> None:
    counted = Counter((one.language, one.intent) for one in questions())
    intents = {one.intent for one in shipped_examples()}
    assert set(counted) == {(lang, name) for lang in LANGUAGES for name in intents | {OFF_TOPIC}}
    assert min(counted.values()) >= 8
    assert min(counted[language, OFF_TOPIC] for language in LANGUAGES) >= 30


def test_no_phrasing_counts_twice_and_each_is_in_its_language() -> None:
    assert Counter(plain(one.text) for one in questions()).most_common(1)[0][1] == 1
    for one in questions():
        assert has_han(one.text) == (one.language == "zh"), one


def test_a_question_whose_answer_was_taught_does_not_count_but_a_wrong_one_does() -> None:
    asked = [Question("en", "refund", "My money, please!"), Question("en", "refund", "Pay me back")]
    taught = [Example("my money please", "refund"), Example("pay me back", "greet")]
    assert not_learnt(asked, taught) == asked[1:]


def test_an_accepted_phrasing_is_taught_once_and_only_for_an_intent_that_the_bot_has() -> None:
    shipped = [Example("where is my refund", "refund"), Example("hello", "greet")]
    given = [
        Example("Where is my refund?", "refund"),
        Example("money back, now", "refund"),
        Example("Money back now", "refund"),
        Example("sing", "sing_a_song"),
        Example("…", "greet"),
    ]
    assert worth_learning(given, shipped) == [Example("money back, now", "refund")]
    assert written([]) == ""
