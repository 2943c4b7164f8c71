"""Where the messages of a ticket stand once it is part of another one: in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

Standing = tuple[float, datetime]
"""A message's place in its transcript, and when it was said."""


def merged_places(stay: Sequence[Standing], come: Sequence[Standing]) -> list[float]:
    """A place for each of ``come`` between two of ``stay``, which keep theirs.

    Both are in order of place. Each keeps its own order, whatever its times say: a message that
    was moved to the end of its ticket stands after those that it came after.
    """
    gaps = _gaps(stay, come)
    sizes, done = Counter(gaps), Counter[int]()
    places = []
    for gap in gaps:
        done[gap] += 1
        low = stay[gap - 1][0] if gap else 0.0
        high = stay[gap][0] if gap < len(stay) else low + 1
        places.append(low + (high - low) * done[gap] / (sizes[gap] + 1))
    return places


def _gaps(stay: Sequence[Standing], come: Sequence[Standing]) -> list[int]:
    """Before how manieth of ``stay`` each of ``come`` belongs."""
    gaps, gap = [], 0
    for _place, at in come:
        while gap < len(stay) and stay[gap][1] <= at:
            gap += 1
        gaps.append(gap)
    return gaps
