"""The rows that made-up tickets come to. A field is a column of the same name; columns that are
not here get the model's own default."""

from __future__ import annotations

from typing import NamedTuple


class CustomerRow(NamedTuple):
    id: int
    name: str
    locale: str
    created_at: str
    stage: str
    stage_why: str
    stage_since: str
    stage_due_at: str


class StageRow(NamedTuple):
    customer_id: int
    stage: str
    why: str
    at: str


class WordRow(NamedTuple):
    word: str
    customer_id: int


class PointRow(NamedTuple):
    id: int
    customer_id: int
    kind: str
    value: str
    normalized: str
    verified_at: str
    verified_by: str
    created_at: str


class OrderRow(NamedTuple):
    external_id: str
    customer_id: int
    summary: str
    placed_at: str
    amount: str
    currency: str
    state: str
    created_at: str


class TicketRow(NamedTuple):
    id: int
    subject: str
    status: str
    priority: str
    customer_id: int
    inbox_id: int
    team_id: int
    assignee_id: int | None
    last_seq: int
    version: int
    queue_at: str
    snoozed_until: str | None
    preview: str
    preview_channel: str
    preview_by: str
    created_at: str
    changed_at: str
    ended_at: str | None


class TagRow(NamedTuple):
    ticket_id: int
    tag_id: int


class ParticipantRow(NamedTuple):
    ticket_id: int
    contact_point_id: int
    confirmed_at: str
    created_at: str


class MessageRow(NamedTuple):
    id: int
    ticket_id: int
    seq: int
    place: float
    version: int
    subject: str
    text: str
    new_text: str
    tokens: str
    sent_at: str
    created_at: str
    direction: str
    channel: str
    author_kind: str
    author_id: int
    author_name: str
    author_address: str
    visibility: str = "public"
    contact_point_id: int | None = None
    proof: str = "none"
    to: str = "[]"
    language: str = ""
    message_id: str | None = None
    contact_key: str | None = None
    signal: str = ""
    evidence: str = ""


class DeliveryRow(NamedTuple):
    message_id: int
    channel: str
    inbox_id: int
    contact_point_id: int
    recipient: str
    state: str
    reason: str
    changed_at: str
    created_at: str
    attempts: int = 1


class EventRow(NamedTuple):
    event: str
    actor_kind: str
    actor_id: int
    actor_name: str
    ticket_id: int
    customer_id: int
    seq: int
    at: str
    reason: str = ""
    data: str = "{}"
