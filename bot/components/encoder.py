"""The sentence encoder of the knowledge base, once a process, for both ways of writing Chinese."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from knowledge_base.encoder import Encoder, Vectors, load

from bot.language import fold

REMEMBERED = 20_000  # sentences, 3.5 kB each: training asks for each of them several times


class EncoderMissing(Exception):
    """The models are not installed here."""


@lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The models take about 200 MB, so there is one. Raises ``EncoderMissing``."""
    encoder = load("both")
    if encoder is None:
        raise EncoderMissing("The bot's packages are not installed. Run: make setup")
    return encoder


@lru_cache(maxsize=REMEMBERED)
def raw_vector(text: str) -> Vectors:
    """Of one sentence, shape (dimensions,); Traditional Chinese counts as Simplified."""
    vector: Vectors = shared_encoder().encode([fold(text)])[0]
    vector.setflags(write=False)
    return vector


def raw_vectors(texts: list[str]) -> Vectors:
    """One row a text."""
    return np.stack([raw_vector(text) for text in texts])


def as_foreign(vectors: Vectors) -> Vectors:
    """The rows as they would be in a language that only the multilingual model speaks.

    English examples are learnt both ways: else the classifier leans on the English model alone,
    and knows little when its part is silent.
    """
    silenced = vectors.copy()
    silenced[:, shared_encoder().parts[0].stop :] = 0
    return silenced
