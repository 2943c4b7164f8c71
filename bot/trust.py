"""How far an understanding is to be trusted. Pure; used by the pipeline and by the evaluation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SCALE = 20.0  # of unit vectors, for a logistic regression with C=1

Vectors = NDArray[np.float32]


def highest_cosine(vector: Vectors, known: Vectors) -> float:
    """To the nearest of ``known`` (unit rows); 0 for an empty vector or none known."""
    if not len(known) or not vector.any():
        return 0.0
    return float(np.clip((known @ vector).max(), 0.0, 1.0))


def trust(confidence: float, cosine: float) -> float:
    """Geometric mean, 0 to 1."""
    return float(np.sqrt(max(confidence, 0.0) * max(cosine, 0.0)))


def trust_of_all(confidences: Vectors, vectors: Vectors, known: Vectors) -> Vectors:
    """``trust`` for each row of ``vectors``."""
    pairs = zip(confidences, vectors, strict=True)
    return np.array([trust(float(sure), highest_cosine(row, known)) for sure, row in pairs])
