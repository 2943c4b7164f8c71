"""A benchmark that finds something lost fails; one that is slow says so, and goes on."""

from __future__ import annotations

import sys

import pytest

from benchmarks import __main__ as all_of_them
from benchmarks.figures import Figure, faults

LOST = Figure("mailbox", "lost", 1, "mails", 0)
NONE_LOST = Figure("mailbox", "lost", 0, "mails", 0)
SLOW = Figure("mail in", "each of 10,000", 99.0, "ms CPU", 10.0)


def test_a_count_that_must_be_nought_is_a_fault_and_a_missed_target_is_none() -> None:
    assert faults([LOST, NONE_LOST, SLOW]) == ["mailbox: lost"]


@pytest.mark.parametrize(("found", "code"), [([NONE_LOST, SLOW], 0), ([SLOW, LOST], 1)])
def test_it_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[Figure],
    code: int,
) -> None:
    monkeypatch.setattr(all_of_them, "runs", lambda *_, **__: {"mailbox": lambda: found})
    monkeypatch.setattr(sys, "argv", ["benchmarks"])
    assert all_of_them.main() == code
    assert ("Broken: mailbox: lost" in capsys.readouterr().err) is bool(code)
