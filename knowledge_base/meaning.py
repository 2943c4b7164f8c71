"""Vectors of one language: kept ones for the passages, fresh ones for the questions, centred."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from knowledge_base.encoder import Encoder, Vectors
from knowledge_base.vectors import VectorStore, key_of

_log = logging.getLogger(__name__)


class Meaning:
    """``mean`` is subtracted from every vector; it stays the same until the next rebuild."""

    def __init__(self, encoder: Encoder, store: VectorStore, mean: Vectors) -> None:
        self._encoder = encoder
        self._store = store
        self.mean = mean

    @classmethod
    def learnt(
        cls,
        encoder: Encoder,
        store: VectorStore,
        texts: Sequence[str],
        told: Callable[[int], None],
    ) -> Meaning:
        """Encodes ``texts`` and takes their mean."""
        store.add(encoder, texts, told)
        found = store.read(encoder.name, map(key_of, texts))
        rows = np.stack(list(found.values())) if found else np.zeros((0, encoder.dimensions))
        return cls(encoder, store, encoder.mean(rows.astype(np.float32)))

    def keep(self, texts: Iterable[str]) -> None:
        """Where the model does not work, the articles are found by words alone."""
        try:
            self._store.add(self._encoder, texts)
        except Exception:
            _log.exception("The encoder %s failed", self._encoder.name)

    def passages(self, keys: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        """Those of ``keys`` that are there."""
        found = self._store.read(self._encoder.name, keys)
        if not found:
            return found
        rows = self._encoder.centred(np.stack(list(found.values())), self.mean)
        return dict(zip(found, rows, strict=True))

    def question(self, text: str) -> Vectors | None:
        """None when the model does not work; the question is then asked by words alone."""
        try:
            raw = self._encoder.encode([text])
        except Exception:
            _log.exception("The encoder %s failed", self._encoder.name)
            return None
        vector: Vectors = self._encoder.centred(raw, self.mean)[0]
        return vector
