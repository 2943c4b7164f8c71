"""What is made of the hits: an answer, three to choose from, or "I don't know". Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge_base.calibration import Calibration
from knowledge_base.documents import Hit, Kind, Thresholds, Verdict
from knowledge_base.ranking import Candidate

OFFERED = 3


def as_hits(candidates: Iterable[Candidate], calibration: Calibration) -> list[Hit]:
    """In their order; none is surer than the one before it."""
    hits: list[Hit] = []
    surest = 1.0
    for each in candidates:
        surest = min(surest, calibration.confidence(each))
        entry = each.entry
        hits.append(Hit(entry.document_id, entry.slug, entry.title, each.score, surest))
    return hits


def judge(hits: Sequence[Hit], thresholds: Thresholds) -> Verdict:
    if not hits or hits[0].confidence < thresholds.offer:
        return Verdict("unknown", (), hits[0].confidence if hits else 0.0)
    kind: Kind = "answer" if hits[0].confidence >= thresholds.answer else "offer"
    return Verdict(kind, tuple(hits[:OFFERED]), hits[0].confidence)
