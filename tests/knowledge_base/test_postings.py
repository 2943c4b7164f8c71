"""What is scored in memory is what Whoosh itself would score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh.query import Or, Term

from knowledge_base import word_index
from knowledge_base.contents import read_contents
from tests.knowledge_base.conftest import document

ARTICLES = [
    document("boots", "Boot care", "mud mud mud leather leather wax"),
    document("stoves", "Stoves on planes", "gas stove stove leather"),
    document("tents", "Tent care", "mud wax sun and sand and sun"),
    document("gone", "Leather", "leather leather"),
]
ASKED = (["mud"], ["leather", "wax"], ["care", "stove", "nowhere"])


@pytest.fixture
def index(tmp_path: Path) -> Any:
    index = word_index.create(tmp_path / "en")
    word_index.write(index, ARTICLES)
    return index


@pytest.mark.parametrize("asked", ASKED)
def test_scores_are_whooshs_own(index: Any, asked: list[str]) -> None:
    ours, theirs = _scored(index, asked)
    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("asked", ASKED)
def test_what_was_removed_is_not_found_and_what_was_added_is(index: Any, asked: list[str]) -> None:
    """Whoosh goes on counting what is removed, so that scores may differ, but not what is found."""
    word_index.write(index, [document("poles", "Pole care", "mud wax")], ["gone:en"])
    ours, theirs = _scored(index, asked)
    assert ours.keys() == theirs.keys()
    assert "poles:en" in ours
    assert "gone:en" not in ours


def _scored(index: Any, asked: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    with index.searcher() as searcher:
        contents = read_contents(searcher.reader(), None)
        query = Or([Term("words", word) for word in asked])
        theirs = {hit["id"]: hit.score for hit in searcher.search(query)}
    scores = contents.words.scores(dict.fromkeys(asked, 1.0))
    pairs = zip(contents.entries, scores, strict=True)
    return {entry.document_id: float(score) for entry, score in pairs if score}, theirs
