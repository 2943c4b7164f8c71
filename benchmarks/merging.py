"""Merging two customers with 10,000 messages, and taking them apart again.

python -m benchmarks.merging
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.figures import Figure, table
from benchmarks.seeded import settings
from helpdesk import schema
from helpdesk.actions import customers, merging, search_index
from helpdesk.desk import Desk, opened
from helpdesk.models import ContactPoint, Customer, CustomerMerge, Inbox, Message, Ticket, now
from helpdesk.rules.actor import SYSTEM

TICKETS = 1000  # of both customers together
MESSAGES = 10_000  # of both customers together
MERGE = 2.0  # seconds


def run() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="helpdesk-merging-") as folder,
        opened(settings(Path(folder))) as desk,
    ):
        schema.upgrade(desk.database)
        one, other = (_customer(desk, name) for name in ("ann", "lee"))
        merge = _seconds(lambda: customers.merge(desk, SYSTEM, one, other, "One person"))
        index = _seconds(lambda: _index(desk))
        with desk.read() as session:
            tie = session.scalars(select(CustomerMerge.id)).one()
            moved = select(func.count(Ticket.id)).where(Ticket.customer_id == one)
            assert session.scalar(moved) == TICKETS
        unmerge = _seconds(lambda: merging.unmerge(desk, SYSTEM, tie))
    said = f"{TICKETS:,} tickets, {MESSAGES:,} messages"
    return [
        Figure("merging", f"merge, {said}", merge, "s", MERGE),
        Figure("merging", f"unmerge, {said}", unmerge, "s", MERGE),
        Figure("merging", "search words anew, by the round", index, "s"),
    ]


def _seconds(work) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 2)


def _index(desk: Desk) -> None:
    while search_index.reindex_due(desk):
        pass


def _customer(desk: Desk, name: str) -> int:
    """A customer with half of the tickets and messages."""
    tickets, each = TICKETS // 2, MESSAGES // TICKETS
    with desk.write() as session:
        inbox = session.scalar(select(Inbox)) or Inbox(
            channel="email", address="support@tarnfold.example", name="Support"
        )
        customer = Customer(name=name.title())
        session.add_all((inbox, customer))
        session.flush()
        address = f"{name}@fjell.example"
        point = ContactPoint(
            customer_id=customer.id, kind="email", value=address, normalized=address
        )
        session.add(point)
        session.flush()
        base = session.scalar(select(func.coalesce(func.max(Ticket.id), 0))) or 0
        at = now()
        session.execute(insert(Ticket), [
            {"id": base + n + 1, "subject": f"Pole {n}", "customer_id": customer.id,
             "inbox_id": inbox.id, "last_seq": each, "version": each}
            for n in range(tickets)
        ])  # fmt: skip
        session.execute(insert(Message), [
            {"ticket_id": base + n + 1, "seq": seq, "version": seq, "direction": "inbound",
             "channel": "email", "author_kind": "customer", "author_id": customer.id,
             "contact_point_id": point.id, "text": f"The pole snapped, number {n} {seq}.",
             "tokens": f"pole snapped number {n} {seq} {name}", "sent_at": at}
            for n in range(tickets) for seq in range(1, each + 1)
        ])  # fmt: skip
        return customer.id


def main() -> None:
    print(table(run()))


if __name__ == "__main__":
    main()
