"""A question is close to the article whose texts it is like, in a library of any size."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base import closeness
from knowledge_base.closeness import learnt
from knowledge_base.encoder import Vectors

DIMENSIONS = 32


def _library(articles: int, texts: int) -> list[Vectors]:
    """Texts around one direction an article."""
    dice = np.random.default_rng(5)
    middles = dice.normal(size=(articles, 1, DIMENSIONS))
    all_texts = middles + dice.normal(scale=0.4, size=(articles, texts, DIMENSIONS))
    all_texts /= np.linalg.norm(all_texts, axis=2, keepdims=True)
    return list(all_texts.astype(np.float32))


@pytest.mark.parametrize("most", [closeness.ROWS, 60, 10], ids=["whole", "condensed", "centres"])
def test_a_text_that_was_left_out_is_closest_to_its_own_article(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(closeness, "ROWS", most)
    library = _library(articles=20, texts=8)
    made = learnt([texts[1:] for texts in library])
    assert len(made.rows) <= max(most, 20)
    first = [int(np.argmax(made.of(texts[0]))) for texts in library]
    assert np.mean(np.array(first) == np.arange(20)) >= 0.9


def test_its_own_texts_are_near_one_and_the_others_near_nothing() -> None:
    library = _library(articles=6, texts=8)
    found = learnt(library).of(library[2][0])
    assert found[2] > 0.5
    assert np.delete(found, 2).max() < 0.3


def test_an_article_without_vectors_is_close_to_nothing() -> None:
    library = [*_library(articles=3, texts=4), np.zeros((0, DIMENSIONS), dtype=np.float32)]
    assert abs(learnt(library).of(library[0][0])[3]) < 1e-6
