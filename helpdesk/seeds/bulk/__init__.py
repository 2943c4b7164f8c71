"""Made-up tickets by the thousand, for a desk that looks and weighs like one of two years.

The same seed makes the same tickets. Each batch is one transaction and knows nothing of the ones
before it, so a million tickets take no more memory than two thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection

from helpdesk.desk import Desk
from helpdesk.seeds.bulk.batch import Batch
from helpdesk.seeds.bulk.crowd import crowd
from helpdesk.seeds.bulk.fast_index import indexed_at_once
from helpdesk.seeds.bulk.load import next_ids, stamper
from helpdesk.seeds.bulk.matter import matter
from helpdesk.seeds.bulk.staff import Office, office

BATCH = 2000  # tickets
TICKETS_A_CUSTOMER = 4
MOST_LINES = 10  # messages of one ticket
SPAN = timedelta(days=730)


def plant_bulk(desk: Desk, count: int, moment: datetime, report: Callable[[int], object]) -> None:
    """Make ``count`` tickets, opened over the two years before ``moment``."""
    with desk.read() as session:
        company = office(session)
    now = moment.astimezone(UTC)
    for done in range(0, count, BATCH):
        size = min(BATCH, count - done)
        start = now - SPAN * (1 - done / count)
        with desk.write() as session:
            _plant(session.connection(), company, size, start, SPAN * (size / count), now)
        report(size)


def _plant(
    connection: Connection,
    company: Office,
    size: int,
    start: datetime,
    lasting: timedelta,
    now: datetime,
) -> None:
    people = size // TICKETS_A_CUSTOMER + 1
    ticket = next_ids(connection, "tickets", size)
    customer = next_ids(connection, "customers", people)
    point = next_ids(connection, "contact_points", 2 * people + size)
    message = first = next_ids(connection, "messages", MOST_LINES * size)
    rng = Random(ticket)  # noqa: S311  the same tickets every time
    batch = Batch(rng, company, stamper(connection))
    strangers = crowd(rng, customer, point, people)
    for one in strangers:
        batch.add_customer(one, start)
    for i in range(size):
        who = strangers[int(rng.random() * people)]
        made = matter(rng, who, start + lasting * (i / size), now)
        message += batch.add_ticket(ticket + i, message, point + 2 * people + i, made)
    for one in strangers:
        batch.add_record(one, now)
    with indexed_at_once(connection, first):
        batch.load.insert(connection)
