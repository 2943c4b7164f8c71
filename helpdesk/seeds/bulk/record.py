"""A made-up customer's record, with all that a desk makes of it in its rounds: their stage, and the
words that they are found by. Nothing is left to be caught up on beside the first requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from helpdesk.actions.stages import FAR
from helpdesk.rules.lifecycle import Facts, stage_of
from helpdesk.seeds.bulk.crowd import Stranger
from helpdesk.seeds.bulk.load import Row, Stamper
from helpdesk.seeds.bulk.rows import CustomerRow, StageRow, WordRow


def record_of(
    one: Stranger, bought: datetime, heard: datetime | None, now: datetime, stamp: Stamper
) -> Iterator[Row]:
    """The rows of a customer who bought once and wrote for the last time then."""
    found = stage_of(Facts(bought, bought, heard), now)
    since, stage = stamp(bought), found.stage.value
    why = json.dumps({"rule": found.why.value, "days": found.days})
    due = stamp(found.due_at or FAR)
    yield CustomerRow(one.id, one.name, one.speech.locale, since, stage, why, since, due)
    yield StageRow(one.id, stage, why, since)
    for word in dict.fromkeys((str(one.id), *one.words)):
        yield WordRow(word, one.id)
