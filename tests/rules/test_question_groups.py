"""Which questions stand together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.question_groups import grouped, overlap


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def test_nearly_the_same_words_are_one_question() -> None:
    asked = ["do you rent kayaks", "do you rent kayaks here", "where is my parcel"]
    assert grouped([words(text) for text in asked]) == [[0, 1], [2]]


def test_nearly_one_meaning_is_one_question() -> None:
    asked = [words("kayak hire"), words("renting boats"), words("refund")]
    alike = [[1.0, 0.8, 0.1], [0.8, 1.0, 0.0], [0.1, 0.0, 1.0]]
    assert grouped(asked, alike) == [[0, 1], [2]]
    assert grouped(asked) == [[0], [1], [2]]


def test_questions_without_words_are_not_alike() -> None:
    assert overlap(frozenset(), frozenset()) == 0
    assert grouped([frozenset(), frozenset()]) == [[0], [1]]


@given(st.lists(st.frozensets(st.sampled_from("abcdef"))))
def test_every_question_stands_in_one_group_and_the_first_leads(
    asked: list[frozenset[str]],
) -> None:
    groups = grouped(asked)
    assert sorted(at for group in groups for at in group) == list(range(len(asked)))
    assert all(group[0] == min(group) for group in groups)
