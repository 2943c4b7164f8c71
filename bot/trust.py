"""How far an understanding is to be trusted. Pure; used by the pipeline and by the evaluation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def highest_cosine(vector: NDArray[np.float32], known: NDArray[np.float32]) -> float:
    """To the nearest of ``known`` (unit rows); 0 for an empty vector or none known."""
    if not len(known) or not vector.any():
        return 0.0
    return float(np.clip((known @ vector).max(), 0.0, 1.0))


def trust(confidence: float, cosine: float) -> float:
    """Geometric mean, 0 to 1."""
    return float(np.sqrt(max(confidence, 0.0) * max(cosine, 0.0)))
