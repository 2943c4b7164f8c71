"""What a mail costs on its way in, and whether the ten thousandth costs more than the first.

    python -m benchmarks.mail
    python -m benchmarks.mail --count 2000

The mails go through ``actions.ingest`` in a process of its own: kept, parsed, attached, indexed.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from random import Random

from benchmarks import children
from benchmarks.figures import Figure
from benchmarks.seeded import settings
from helpdesk.seeds.bulk.english import TOPICS

MAILS = 10_000
BATCH = 1000
LIMIT = 10.0  # ms CPU a mail
FLAT = 1.2  # the last thousand against the first, warmed up
SPEED = 100.0  # mails a second of the whole run, by the clock
GAINED = 10.0  # MB after the first thousand
REPLIES = 0.4  # of the mails answer an earlier one
FILES = 0.1  # of the mails carry a file


@dataclass(frozen=True, slots=True)
class Thousand:
    """One batch: processor and wall milliseconds a mail, and the process's peak memory."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float


def run(mails: int = MAILS) -> list[Figure]:
    thousands = list(measured(mails))
    first, last = thousands[0], thousands[-1]
    mean = sum(one.cpu_ms for one in thousands) / len(thousands)
    wall = sum(one.wall_ms for one in thousands) / len(thousands)
    each = ", ".join(f"{one.cpu_ms:.1f}" for one in thousands)
    return [
        Figure("mail in", f"each of {mails:,}", mean, "ms CPU", LIMIT, f"by thousand: {each}"),
        Figure("mail in", "in one run, by the clock", 1000 / wall, "mails/s", least=SPEED),
        Figure("mail in", "last thousand against first", last.cpu_ms / first.cpu_ms, "x", FLAT),
        Figure(
            "mail in", "memory gained after the first", last.peak_mb - first.peak_mb, "MB", GAINED
        ),
    ]


def measured(mails: int) -> Iterator[Thousand]:
    """Run the process that takes the mails in, and hear of each thousand."""
    return (Thousand(**told) for told in children.told_by("benchmarks.mail", mails))


def take_in(folder: Path, mails: int) -> None:
    """In the child: take in the mails, and print one line a thousand."""
    from helpdesk import memory, schema
    from helpdesk.actions.inboxes import email_inbox
    from helpdesk.actions.ingest import ingest_mail
    from helpdesk.desk import opened

    with opened(settings(folder)) as desk:
        schema.upgrade(desk.database)
        inbox = email_inbox(desk)
        memory.settle()  # as every command does
        draw = Random(7)
        ingest_mail(desk, inbox, make_mail(draw, 0))  # loads what the first one loads
        for start in range(1, mails + 1, BATCH):
            batch = [make_mail(draw, number) for number in range(start, start + BATCH)]
            cpu, wall = time.process_time(), time.perf_counter()
            for raw in batch:
                outcome = ingest_mail(desk, inbox, raw).outcome
                assert outcome in ("created", "appended"), outcome
            children.tell(asdict(_thousand(cpu, wall)))


def _thousand(cpu: float, wall: float) -> Thousand:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used, passed = time.process_time() - cpu, time.perf_counter() - wall
    return Thousand(used / BATCH * 1000, passed / BATCH * 1000, peak)


def make_mail(draw: Random, number: int) -> bytes:
    """A mail as people write them: some answer their own earlier one, some carry a file."""
    answers = draw.randrange(number) if number and draw.random() < REPLIES else None
    writer = number if answers is None else answers
    case = draw.choice(draw.choice(TOPICS).cases)
    mail = EmailMessage()
    mail["From"] = f"Customer {writer} <customer{writer}@post.example>"
    mail["To"] = "support@tarnfold.example"
    mail["Subject"] = case.subject.text if answers is None else f"Re: {case.subject.text}"
    mail["Date"] = "Sat, 21 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = f"<{number}@post.example>"
    if answers is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@post.example>"
    words = f"Hello,\n\n{case.problem.text}\n\nOrder TF-{number}\n\n> {case.answer.text}\n"
    mail.set_content(words)
    mail.add_alternative(f"<html><body><p>{words}</p></body></html>", subtype="html")
    if draw.random() < FILES:
        mail.add_attachment(
            draw.randbytes(20_000), maintype="image", subtype="jpeg", filename="photo.jpg"
        )
    return mail.as_bytes()


if __name__ == "__main__":
    children.main(__doc__, MAILS, run, take_in)
