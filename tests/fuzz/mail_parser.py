"""A coverage-guided fuzz target over the mail parser and the reply splitter.

    .venv/bin/python -m tests.fuzz.mail_parser -max_total_time=60 tests/fuzz/corpus

New inputs that reach new code go into the folder given first; what breaks is written to
``crash-*`` and named. Give a folder of your own to keep the corpus in the repository small.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import atheris

from tests.patience import costs_under

with atheris.instrument_imports(include=["channels.email"]):
    from channels.email.html_quotes import fold_quotes
    from channels.email.parse import parse_mail
    from channels.email.quotes import new_text
    from channels.email.settings import EmailSettings
    from channels.message import InboundMessage, RawEnvelope, Unreadable

SETTINGS = EmailSettings()
ARRIVED = datetime(2026, 11, 21, 10, tzinfo=UTC)
LONGEST = 2.0  # seconds for one mail


def read(raw: bytes) -> None:
    """One mail: it is parsed or refused with a sentence, in time, and its text is whole."""
    with costs_under(LONGEST):
        try:
            parsed = parse_mail(RawEnvelope(raw, ARRIVED, "support@tarnfold.example", {}), SETTINGS)
        except Unreadable as refused:
            if not str(refused):
                raise
            return
        if isinstance(parsed, InboundMessage):
            must_be_whole(parsed)


def must_be_whole(parsed: InboundMessage) -> None:
    """The splitter says nothing that the mail does not, and no name of a file leads elsewhere."""
    said = {"", *(line.strip() for line in parsed.text.split("\n"))}
    invented = {line.strip() for line in new_text(parsed.text).split("\n")} - said
    assert not invented, "the splitter says what the mail does not"
    fold_quotes(parsed.text)  # its words are as odd as any HTML
    for file in parsed.files:
        assert not set(file.name) & set("/\\\0\r\n")


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
