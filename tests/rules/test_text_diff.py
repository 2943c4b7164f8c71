"""What changed between two revisions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.text_diff import compare

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "退款"]), max_size=30).map("\n".join)


def test_the_same_text_has_no_changes() -> None:
    assert compare("a\nb", "a\nb") == []


def test_a_changed_line_stands_between_what_surrounds_it() -> None:
    before = "\n".join(str(n) for n in range(20))
    found = compare(before, before.replace("10", "ten"))
    assert [line.kind for line in found] == [
        "gap", "same", "same", "same", "removed", "added", "same", "same", "same",
    ]  # fmt: skip
    assert [line.text for line in found if line.kind in ("removed", "added")] == ["10", "ten"]


@given(TEXTS, TEXTS)
def test_what_is_added_and_removed_is_what_differs(before: str, after: str) -> None:
    lines = compare(before, after)
    assert (lines == []) == (before == after)
    added = sum(line.kind == "added" for line in lines)
    removed = sum(line.kind == "removed" for line in lines)
    assert added - removed == lines_of(after) - lines_of(before)


def lines_of(text: str) -> int:
    return len(text.split("\n")) if text else 0


def test_the_first_words_are_added_and_nothing_is_removed() -> None:
    assert {line.kind for line in compare("", "a\n\nb")} == {"added"}
