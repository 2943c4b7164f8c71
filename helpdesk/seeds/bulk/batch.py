"""Turning made-up customers and tickets into rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from helpdesk.models.ticket import PREVIEW_LENGTH
from helpdesk.rules.thread_match import REASONS, Signal
from helpdesk.seeds.bulk.crowd import Stranger
from helpdesk.seeds.bulk.load import Load, Stamper
from helpdesk.seeds.bulk.matter import IN, NOTE, Line, Matter
from helpdesk.seeds.bulk.record import record_of
from helpdesk.seeds.bulk.rows import (
    DeliveryRow,
    EventRow,
    MessageRow,
    OrderRow,
    ParticipantRow,
    PointRow,
    TagRow,
    TicketRow,
)
from helpdesk.seeds.bulk.staff import Office, Worker
from helpdesk.seeds.company import LEGAL

CUSTOMER_SINCE = timedelta(days=90)
OUT_OF_REACH = "The customer's telephone is switched off or out of reach (30003)."

_PROOFS = {"email": "dmarc", "chat": "signed", "sms": "none", "phone": "none"}


@dataclass(slots=True)
class Case:
    """A ticket on its way into rows: its number, and who is on either side."""

    number: int
    made: Matter
    point: int  # the contact point that the customer writes from
    address: str  # ... and what it is
    worker: Worker
    team: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words that every message of the ticket is found by."""
        return (*self.made.case.subject.words, *self.made.customer.words)


class Batch:
    """Collects rows. Ids of what other rows refer to are given out by the caller."""

    def __init__(self, rng: Random, office: Office, stamp: Stamper) -> None:
        self._rng = rng
        self._office = office
        self._stamp = stamp
        self._since: dict[int, datetime] = {}  # by customer: when they bought
        self._heard: dict[int, datetime] = {}  # ... and wrote for the last time
        self.load = Load()

    def add_customer(self, one: Stranger, opened: datetime) -> None:
        """A customer since some time before ``opened``, with one order. Their record follows
        with ``add_record``, once their tickets are there."""
        self._since[one.id] = opened - self._rng.random() * CUSTOMER_SINCE
        since = self._stamp(self._since[one.id])
        self._add_point(one.email_id, one, "email", one.email, since)
        if one.phone:
            self._add_point(one.phone_id, one, "phone", one.phone, since)
        currency = "GBP" if one.speech.locale == "en" else "CNY"
        amount = f"{20 + self._rng.random() * 400:.2f}"
        self.load.add(
            OrderRow(one.order, one.id, "Outdoor gear", since, amount, currency, "delivered", since)
        )

    def add_record(self, one: Stranger, now: datetime) -> None:
        """The customer as they stand at ``now``."""
        bought, heard = self._since[one.id], self._heard.get(one.id)
        for row in record_of(one, bought, heard, now, self._stamp):
            self.load.add(row)

    def _add_point(
        self, number: int, one: Stranger, kind: str, value: str, since: str, proof: str = "code"
    ) -> None:
        self.load.add(PointRow(number, one.id, kind, value, value, since, proof, since))

    def add_ticket(self, number: int, message: int, visitor: int, made: Matter) -> int:
        """A ticket with its transcript; returns how many messages it has. ``message`` is the id
        of the first, ``visitor`` that of the contact point of a chat."""
        case = self._case(number, visitor, made)
        words, opened = case.words, self._stamp(made.opened)
        self._add_event(case, "ticket.opened", 1, opened, by_agent=False)
        for seq, line in enumerate(made.lines, start=1):
            if line.kind == IN:
                self._add_received(case, message + seq - 1, seq, line, words)
            else:
                self._add_said(case, message + seq - 1, seq, line, words)
        self._add_ticket(case)
        self.load.add(ParticipantRow(number, case.point, opened, opened))
        if number % 5 < 2:
            self.load.add(TagRow(number, self._office.tags[made.topic.tag]))
        return len(made.lines)

    def _case(self, number: int, visitor: int, made: Matter) -> Case:
        team = made.topic.team if self._rng.random() < 0.998 else LEGAL
        workers = self._office.workers[team]
        worker = workers[int(self._rng.random() * len(workers))]
        customer = made.customer
        if made.channel == "chat":
            address = f"v_{visitor:024x}"
            since = self._stamp(made.opened)
            self._add_point(visitor, customer, "visitor", address, since, "signed")
            return Case(number, made, visitor, address, worker, team)
        if made.channel == "email":
            return Case(number, made, customer.email_id, customer.email, worker, team)
        return Case(number, made, customer.phone_id, customer.phone, worker, team)

    def _add_received(
        self, case: Case, message: int, seq: int, line: Line, words: tuple[str, ...]
    ) -> None:
        made, customer, at = case.made, case.made.customer, self._stamp(line.at)
        signal = _signal(made.channel, seq)
        self._heard[customer.id] = max(line.at, self._heard.get(customer.id, line.at))
        self.load.add(
            MessageRow(
                id=message,
                ticket_id=case.number,
                seq=seq,
                place=float(seq),
                version=seq,
                subject=made.case.subject.text,
                text=line.text,
                new_text=line.text,
                tokens=" ".join(dict.fromkeys((*words, *line.words))),
                sent_at=at,
                created_at=at,
                direction="inbound",
                channel=made.channel,
                author_kind="customer",
                author_id=customer.id,
                author_name=customer.name,
                author_address="" if made.channel == "chat" else case.address,
                contact_point_id=case.point,
                proof=_PROOFS[made.channel],
                to=f'["{self._office.inboxes[made.channel][1]}"]',
                language=customer.speech.locale,
                message_id=f"<{case.number}.{seq}.{customer.email}>",
                contact_key=f"seed:{message}",
                signal=signal.value,
                evidence=REASONS[signal],
            )
        )
        self._add_event(case, "message.received", seq, at, by_agent=False)

    def _add_said(
        self, case: Case, message: int, seq: int, line: Line, words: tuple[str, ...]
    ) -> None:
        made, worker, at = case.made, case.worker, self._stamp(line.at)
        note = line.kind == NOTE
        channel = "sms" if made.channel == "phone" else made.channel
        self.load.add(
            MessageRow(
                id=message,
                ticket_id=case.number,
                seq=seq,
                place=float(seq),
                version=seq,
                subject="" if note else made.case.subject.text,
                text=line.text,
                new_text=line.text,
                tokens=" ".join(dict.fromkeys((*words, *worker.words, *line.words))),
                sent_at=at,
                created_at=at,
                direction="outbound",
                channel="note" if note else channel,
                author_kind="agent",
                author_id=worker.id,
                author_name=worker.name,
                author_address=worker.email,
                visibility="note" if note else "public",
                contact_point_id=None if note else case.point,
                to="[]" if note else f'["{case.address}"]',
                message_id=None if note else f"<{case.number}.{seq}@tarnfold.example>",
            )
        )
        if not note:
            self._add_delivery(case, message, channel, at)
        self._add_event(case, "note.added" if note else "message.sent", seq, at)

    def _add_delivery(self, case: Case, message: int, channel: str, at: str) -> None:
        failed = channel == "sms" and self._rng.random() < 0.02
        state = "failed" if failed else "read" if channel == "chat" else "delivered"
        self.load.add(
            DeliveryRow(
                message_id=message,
                channel=channel,
                inbox_id=self._office.inboxes[channel][0],
                contact_point_id=case.point,
                recipient=case.address,
                state=state,
                reason=OUT_OF_REACH if failed else "",
                changed_at=at,
                created_at=at,
            )
        )

    def _add_ticket(self, case: Case) -> None:
        made, count = case.made, len(case.made.lines)
        last = next(line for line in reversed(made.lines) if line.kind != NOTE)
        changed = self._stamp(made.lines[-1].at)
        until = self._until(made)
        nobody = made.status == "open" and self._rng.random() < 0.4
        self.load.add(
            TicketRow(
                id=case.number,
                subject=made.case.subject.text,
                status=made.status,
                priority=made.priority,
                customer_id=made.customer.id,
                inbox_id=self._office.inboxes[made.channel][0],
                team_id=self._office.teams[case.team],
                assignee_id=None if nobody else case.worker.id,
                last_seq=count,
                version=count,
                queue_at=until or (changed if made.ended else self._stamp(last.at)),
                snoozed_until=until,
                preview=" ".join(last.text.split())[:PREVIEW_LENGTH],
                preview_channel=made.channel,
                preview_by="customer" if last.kind == IN else "agent",
                created_at=self._stamp(made.opened),
                changed_at=changed,
                ended_at=changed if made.ended else None,
            )
        )
        if made.ended:
            self._add_event(case, f"ticket.{made.status}", count, changed)

    def _until(self, made: Matter) -> str | None:
        if made.status != "snoozed":
            return None
        return self._stamp(made.lines[-1].at + timedelta(days=4 + self._rng.random() * 12))

    def _add_event(
        self, case: Case, event: str, seq: int, at: str, *, by_agent: bool = True
    ) -> None:
        customer, worker = case.made.customer, case.worker
        self.load.add(
            EventRow(
                event=event,
                actor_kind="agent" if by_agent else "customer",
                actor_id=worker.id if by_agent else customer.id,
                actor_name=worker.name if by_agent else customer.name,
                ticket_id=case.number,
                customer_id=customer.id,
                seq=seq,
                at=at,
                data=f'{{"channel": "{case.made.channel}"}}',
            )
        )


def _signal(channel: str, seq: int) -> Signal:
    if seq == 1:
        return Signal.NEW
    return Signal.OUR_MESSAGE_ID if channel == "email" else Signal.CONVERSATION
