"""Whom a note names."""

from __future__ import annotations

import pytest

from helpdesk.rules.mentions import mentioned

PEOPLE = [
    (1, "Mei Chen", "mei@tarnfold.example"),
    (2, "Jonas Weber", "jonas@tarnfold.example"),
    (3, "Jonas Berg", "berg@tarnfold.example"),
    (4, "王芳", "fang@tarnfold.example"),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@Mei can you look?", [1]),
        ("thanks @mei chen, and @Jonas Berg", [1, 3]),
        ("@Jonas who?", []),  # two of them
        ("@jonas@tarnfold.example", [2]),
        ("@王芳请看一下", [4]),
        ("write to mei@tarnfold.example", []),
        ("@Meike", []),
        ("@Mei @Mei", [1]),
        ("@", []),
    ],
)
def test_whom_a_note_names(text: str, wanted: list[int]) -> None:
    assert mentioned(text, PEOPLE) == wanted
