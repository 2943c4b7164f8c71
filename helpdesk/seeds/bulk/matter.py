"""One made-up ticket: who said what, in which order, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from helpdesk.seeds.bulk.crowd import Stranger
from helpdesk.seeds.bulk.topic import Case, Phrase, Speech, Topic

Choice = TypeVar("Choice")

IN, OUT, NOTE = "in", "out", "note"

_STATUSES = (
    ("resolved", 0.50),
    ("closed", 0.70),
    ("open", 0.82),
    ("waiting", 0.92),
    ("snoozed", 0.95),
    ("resolved", 1.0),
)
_CHANNELS = (("email", 0.60), ("chat", 0.82), ("sms", 0.92), ("phone", 1.0))
_PRIORITIES = (("normal", 0.80), ("high", 0.90), ("low", 0.96), ("urgent", 1.0))
_LENGTHS = ((1, 0.30), (2, 0.70), (3, 0.92), (4, 1.0))  # turns: a question and its answer


@dataclass(slots=True)
class Line:
    """Something said. ``words`` are those of ``text`` alone."""

    kind: str
    text: str
    words: list[str]
    at: datetime


@dataclass(slots=True)
class Matter:
    """A ticket and its transcript."""

    customer: Stranger
    topic: Topic
    case: Case
    channel: str
    status: str
    priority: str
    opened: datetime
    lines: list[Line] = field(default_factory=list)

    @property
    def ended(self) -> datetime | None:
        return self.lines[-1].at if self.status in ("resolved", "closed") else None


def matter(rng: Random, customer: Stranger, opened: datetime, now: datetime) -> Matter:
    """A ticket that was opened about ``opened``. One that is not done yet has its last words in
    the days before ``now``, however old it is."""
    speech = customer.speech
    topic = _pick(rng, speech.topics)
    status = _weighted(rng, _STATUSES)
    kinds = _kinds(rng, status)
    gaps = [_gap(rng, kind) for kind in kinds[1:]]
    if status in ("open", "waiting", "snoozed"):
        last = now - timedelta(minutes=2 + rng.expovariate(1 / 3000))
    else:
        last = min(opened + sum(gaps, timedelta()), now - timedelta(minutes=3))
    made = Matter(
        customer,
        topic,
        _pick(rng, topic.cases),
        _channel(rng, customer),
        status,
        _weighted(rng, _PRIORITIES),
        last - sum(gaps, timedelta()),
    )
    at = made.opened
    for number, kind in enumerate(kinds):
        at = at if number == 0 else at + gaps[number - 1]
        made.lines.append(_line(rng, made, kind, number, at))
    return made


def _kinds(rng: Random, status: str) -> list[str]:
    kinds = [IN, OUT] * _weighted(rng, _LENGTHS)
    if status == "open":
        kinds = [*kinds[:-1]] if rng.random() < 0.6 else [*kinds, IN]
    elif status in ("resolved", "closed") and rng.random() < 0.35:
        kinds.append(IN)
    if rng.random() < 0.18:
        kinds.insert(1 + int(rng.random() * len(kinds)), NOTE)
    return kinds


def _gap(rng: Random, kind: str) -> timedelta:
    """How long it took until this was said: customers think longer than agents may."""
    mean = {IN: 600.0, OUT: 150.0, NOTE: 30.0}[kind]
    return timedelta(seconds=int(60 * (1 + rng.expovariate(1 / mean))))


def _channel(rng: Random, customer: Stranger) -> str:
    channel = _weighted(rng, _CHANNELS)
    return channel if customer.phone or channel in ("email", "chat") else "email"


def _line(rng: Random, made: Matter, kind: str, number: int, at: datetime) -> Line:
    speech = made.customer.speech
    if kind == NOTE:
        parts = [_pick(rng, speech.notes)]
    elif kind == OUT:
        answer = made.case.answer if number < 3 else _pick(rng, speech.promises)
        parts = [answer, _pick(rng, speech.sign_offs)]
    elif number == 0:
        parts = _question(rng, made.case, speech)
    else:
        parts = [_pick(rng, speech.follow_ups)]
    text = ("\n\n" if made.channel == "email" else " ").join(part.text for part in parts)
    words = [word for part in parts for word in part.words]
    if kind == IN and number == 0:
        text, words = _with_order(text, words, made.customer)
    return Line(kind, text, words, at)


def _question(rng: Random, case: Case, speech: Speech) -> list[Phrase]:
    parts = [_pick(rng, speech.greetings), case.problem]
    if rng.random() < 0.4:
        parts.append(_pick(rng, speech.asides))
    parts.append(_pick(rng, speech.byes))
    return parts


def _with_order(text: str, words: list[str], customer: Stranger) -> tuple[str, list[str]]:
    """Customers name their order, and sign."""
    mark = customer.speech.order
    signed = f"{text}\n{mark.text} {customer.order}\n{customer.name}"
    return signed, [*words, *mark.words, *customer.order_words]


def _pick(rng: Random, choices: tuple[Choice, ...]) -> Choice:
    return choices[int(rng.random() * len(choices))]


def _weighted(rng: Random, table: tuple[tuple[Choice, float], ...]) -> Choice:
    draw = rng.random()
    return next(value for value, until in table if draw < until)
