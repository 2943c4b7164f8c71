"""Which articles a question is close to in meaning, learnt from all their texts at once. Pure.

A kernel ridge regression with one output an article: 1 for its own title, phrasings and passages,
0 for those of the others. What many articles say counts less by it than what only one says,
which no mean of an article's own vectors can know. docs/knowledge-base.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.encoder import Vectors

ROWS = 2000  # texts that are learnt from; 16 MB and .2 seconds while it learns
SHARPNESS = 2.0  # of the kernel: how much sooner near texts count than middling ones
RIDGE = 0.5


@dataclass(frozen=True)
class Closeness:
    rows: Vectors  # texts x dimensions, each of length 1
    weights: Vectors | None  # texts x articles; None: the articles are the rows

    def of(self, vector: Vectors) -> Vectors:
        """For each article about 1 when ``vector`` is its own, and 0 when it is another's."""
        alike = _kernel(self.rows @ vector)
        return alike if self.weights is None else np.asarray(alike @ self.weights)


def learnt(texts: Sequence[Vectors]) -> Closeness:
    """From the vectors of each article's texts; none of an article may be there."""
    if len(texts) > ROWS:
        return Closeness(np.stack([centre(mine) for mine in texts]), None)
    condensed = _condensed(texts)
    rows = np.concatenate(condensed)
    owners = np.repeat(np.arange(len(texts)), [len(mine) for mine in condensed])
    wanted = np.zeros((len(rows), len(texts)), dtype=np.float32)
    wanted[np.arange(len(rows)), owners] = 1
    wanted -= wanted.mean(axis=0)
    kernel = _kernel(rows @ rows.T)
    kernel[np.diag_indices(len(rows))] += RIDGE
    return Closeness(rows, np.linalg.solve(kernel, wanted).astype(np.float32))


def centre(vectors: Vectors) -> Vectors:
    """The mean, of length 1; zeros without any."""
    total = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length > 0 else total, dtype=np.float32)


def _condensed(texts: Sequence[Vectors]) -> list[Vectors]:
    """As they are, or of a large library the centres of neighbouring texts."""
    if sum(map(len, texts)) <= ROWS:
        return list(texts)
    most = ROWS // len(texts)
    return [np.stack(list(_centres(mine, most))) if len(mine) else mine for mine in texts]


def _centres(vectors: Vectors, most: int) -> Iterator[Vectors]:
    for part in np.array_split(vectors, min(most, len(vectors))):
        yield centre(part)


def _kernel(cosines: Vectors) -> Vectors:
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)
