"""The rule by which a candidate is worse, at its edges."""

import pytest

from bot.comparison.held_out import OFF_TOPIC, REFUSED, Question
from bot.comparison.report import compared
from bot.comparison.verdict import Measured, reasons_against

ASKED = [
    Question(language, f"intent_{number}", f"{language} {number} {each}")
    for language in ("en", "zh")
    for number in range(25)
    for each in range(8)
]
STRANGE = [
    Question(language, OFF_TOPIC, f"{language} {each}")
    for language in ("en", "zh")
    for each in range(30)
]
TALKS: dict[str, str | None] = {"one": None, "two": "it went wrong"}


def measured(wrong: tuple[int, ...] = (), taken: int = 0, **talks: str | None) -> Measured:
    """``wrong`` are places in ASKED (the first 200 English); ``taken`` off-topic English ones."""
    held_out = {one: one.intent for one in ASKED} | dict.fromkeys(STRANGE, REFUSED)
    held_out |= {ASKED[place]: "greet" for place in wrong}
    held_out |= dict.fromkeys(STRANGE[:taken], "greet")
    return Measured(TALKS | talks, held_out)


@pytest.mark.parametrize(
    ("after", "rules"),
    [
        (measured(), []),
        (measured(two=None), []),
        (measured(one="now it fails"), ["talk"]),
        (measured(wrong=(0, 8, 16, 24)), []),  # 2 points of 200
        (measured(wrong=(0, 8, 16, 24, 32)), ["accuracy"]),
        (measured(wrong=(0, 1)), []),
        (measured(wrong=(0, 1, 2)), ["intent"]),
        (measured(wrong=(200, 201, 202)), ["intent"]),
        (measured(taken=1), []),
        (measured(taken=2), ["off_topic"]),
    ],
)
def test_what_is_worse(after: Measured, rules: list[str]) -> None:
    assert [one["rule"] for one in reasons_against(measured(), after)] == rules


def test_what_was_wrong_before_may_stay_wrong() -> None:
    bad = measured(wrong=tuple(range(0, 160, 8)), taken=9, one="always")
    assert reasons_against(bad, bad) == []


def test_the_report_has_both_columns_and_every_example_that_got_worse() -> None:
    found = compared("new", "old", measured(wrong=(9,)), measured(wrong=(0, 1, 2)), 0)
    assert found["worse_than_in_service"]
    assert (found["before"]["en"], found["after"]["en"]) == ([199, 200], [197, 200])
    assert found["after"]["talks"] == [1, 2]
    assert [one["text"] for one in found["worse"]] == ["en 0 0", "en 0 1", "en 0 2"]
    assert [one["text"] for one in found["better"]] == ["en 1 1"]


def test_with_nothing_in_service_nothing_is_worse() -> None:
    assert not compared("new", None, None, measured(one="fails"), 0)["worse_than_in_service"]
