"""How sure a hit is, and from which confidence on it is an answer. Pure.

A logistic regression on five features of a candidate, trained on "the top article is right".
The thresholds are chosen, and their error measured, on predictions for articles that the
regression had not seen (grouped cross-validation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.documents import MeasuredError, Thresholds
from knowledge_base.ranking import Candidate

Numbers = NDArray[np.float64]

FEATURES = 5
AS_LISTED = 0.99  # confidence
RIDGE = 1.0
ROUNDS = 50
SLICES = 5  # of the cross-validation
MOST_WRONG = 0.05  # of the questions answered with the wrong article; the promise is .08
MOST_OFF_TOPIC = 0.035  # of the off-topic questions answered; the promise is .05
MOST_OFFERED = 0.25  # of the off-topic questions that get three articles
FEWEST_QUESTIONS = 40  # less is guessing
FEWEST_OFF_TOPIC = 20


@dataclass(frozen=True, slots=True)
class Example:
    """One question as it was ranked while its phrasing was not in the index."""

    features: tuple[float, ...]
    right: bool  # the top article is the one that was meant
    article: str  # that was meant; empty: off-topic


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients on standardised features, with thresholds and what they cost."""

    weights: tuple[float, ...]
    bias: float
    means: tuple[float, ...]
    scales: tuple[float, ...]
    thresholds: Thresholds
    error: MeasuredError | None = None

    def confidence(self, candidate: Candidate) -> float:
        """How often such a candidate is the right article. What an article's writer lists as a
        question is its own, whatever the regression would say of it."""
        if candidate.is_asked:
            return AS_LISTED
        given = np.array([features_of(candidate)])
        return float(_predicted(self, given)[0])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Calibration:
        error = kept.get("error")
        return cls(
            weights=tuple(kept["weights"]),
            bias=float(kept["bias"]),
            means=tuple(kept["means"]),
            scales=tuple(kept["scales"]),
            thresholds=Thresholds(**kept["thresholds"]),
            error=MeasuredError(**error) if error else None,
        )


def features_of(candidate: Candidate) -> tuple[float, ...]:
    """Raw score, normalised score, margin, matched share of rarity, nearness."""
    return (
        float(np.log1p(candidate.words_score)),
        candidate.normal,
        candidate.margin,
        candidate.idf_share,
        candidate.nearness,
    )


def calibrate(examples: Sequence[Example]) -> Calibration | None:
    """None when there is too little to learn from."""
    off_topic = sum(not each.article for each in examples)
    if len(examples) - off_topic < FEWEST_QUESTIONS or off_topic < FEWEST_OFF_TOPIC:
        return None
    unseen = _predictions_for_unseen(examples)
    thresholds = _thresholds(examples, unseen)
    return _fit(examples, thresholds, measure(examples, unseen, thresholds))


def measure(
    examples: Sequence[Example], confidences: Numbers, thresholds: Thresholds
) -> MeasuredError:
    """What ``thresholds`` make of the ``examples``."""
    meant = np.array([bool(each.article) for each in examples])
    right = np.array([each.right for each in examples])
    answered = confidences >= thresholds.answer
    offered = confidences >= thresholds.offer
    return MeasuredError(
        questions=int(meant.sum()),
        off_topic=int((~meant).sum()),
        answered=_share(answered[meant]),
        answered_wrong=_share((answered & ~right)[meant]),
        right_first=_share(right[meant]),
        off_topic_answered=_share(answered[~meant]),
        off_topic_offered=_share((offered & ~answered)[~meant]),
    )


def _predictions_for_unseen(examples: Sequence[Example]) -> Numbers:
    """Phrasings of one article are always in one slice, so that none helps another."""
    groups = [each.article or f" {number}" for number, each in enumerate(examples)]
    slices = {group: number % SLICES for number, group in enumerate(dict.fromkeys(groups))}
    mine = np.array([slices[group] for group in groups])
    predictions = np.zeros(len(examples))
    nothing = Thresholds(1.0, 1.0)
    for number in range(SLICES):
        learnt = _fit([e for e, s in zip(examples, mine, strict=True) if s != number], nothing)
        asked = np.array([e.features for e, s in zip(examples, mine, strict=True) if s == number])
        if len(asked):
            predictions[mine == number] = _predicted(learnt, asked)
    return predictions


def _thresholds(examples: Sequence[Example], confidences: Numbers) -> Thresholds:
    """The lowest that keep what may go wrong under its limits."""
    meant = np.array([bool(each.article) for each in examples])
    wrong = np.array([not each.right for each in examples])
    allowed = [
        limit
        for limit in np.unique(confidences)
        if _careful_share((confidences >= limit)[~meant]) <= MOST_OFF_TOPIC
        and _careful_share((wrong & (confidences >= limit))[meant]) <= MOST_WRONG
    ]
    answer = float(allowed[0]) if allowed else 1.0
    offer = float(np.quantile(confidences[~meant], 1 - MOST_OFFERED))
    return Thresholds(answer=answer, offer=min(answer, max(offer, 0.05)))


def _fit(
    examples: Sequence[Example], thresholds: Thresholds, error: MeasuredError | None = None
) -> Calibration:
    given = np.array([each.features for each in examples])
    right = np.array([each.right for each in examples], dtype=np.float64)
    means, scales = given.mean(axis=0), given.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    *weights, bias = _newton((given - means) / scales, right)
    return Calibration(
        tuple(map(float, weights)),
        float(bias),
        tuple(map(float, means)),
        tuple(map(float, scales)),
        thresholds,
        error,
    )


def _newton(given: Numbers, right: Numbers) -> Numbers:
    """Ridge logistic regression by Newton's method; the bias is last and free."""
    columns = np.hstack([given, np.ones((len(given), 1))])
    ridge = np.diag([RIDGE] * given.shape[1] + [1e-6])
    found = np.zeros(columns.shape[1])
    for _ in range(ROUNDS):
        sure = _logistic(columns @ found)
        slope = columns.T @ (sure - right) + ridge @ found
        curve = (columns * (sure * (1 - sure))[:, None]).T @ columns + ridge
        step = np.linalg.solve(curve, slope)
        found = found - step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(found)


def _predicted(calibration: Calibration, given: Numbers) -> Numbers:
    scaled = (given - np.array(calibration.means)) / np.array(calibration.scales)
    return _logistic(scaled @ np.array(calibration.weights) + calibration.bias)


def _logistic(value: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -40, 40))))


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _careful_share(flags: NDArray[np.bool_]) -> float:
    """As if one more had gone wrong: none of few is not none (rule of succession)."""
    return float((flags.sum() + 1) / (len(flags) + 1))
