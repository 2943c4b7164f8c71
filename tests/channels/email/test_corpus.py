"""Mails from the wild. The folder is no part of the repository: HELPDESK_MAIL_CORPUS names it."""

import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from channels.email.bodies import read_body
from channels.email.charsets import decode
from channels.email.html_text import html_to_text
from channels.email.quotes import new_text
from channels.email.structure import parse_structure
from channels.message import Unreadable
from tests.channels.email.mails import parse

BESIDE = Path(__file__).parents[4] / "shared" / "mail-corpus"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus() -> Path:
    folder = Path(os.environ.get("HELPDESK_MAIL_CORPUS", BESIDE))
    if not folder.is_dir():
        missing = f"There is no mail corpus in {folder}; HELPDESK_MAIL_CORPUS names another folder."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return folder


def test_every_mail_is_read_or_refused_in_a_sentence(corpus, record_property):
    outcomes: Counter[str] = Counter()
    files = [path for path in sorted(corpus.rglob("*")) if path.is_file()]
    for path in files:
        started = time.process_time()
        outcomes[outcome(path)] += 1
        assert time.process_time() - started < 2, path
    record_property("outcomes", f"{len(files)} files: {dict(outcomes)}")
    assert outcomes["InboundMessage"] >= 295
    assert outcomes["DeliveryEvent"] >= 15
    assert outcomes["fault"] == 0


def outcome(path: Path) -> str:
    try:
        return type(parse(path.read_bytes())).__name__
    except Unreadable as reason:
        return "fault" if "cannot be read (" in str(reason) else "Unreadable"


def test_replies_are_split_as_people_would(corpus):
    lines = (corpus / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in lines]
    missed = [each["file"] for each in expected if not is_met(each, said(corpus, each))]
    # Two keep "Sent from my iPhone" and a signature after "-- ", which others want taken off.
    assert len(missed) <= 2, missed


def said(corpus: Path, expected: dict[str, str]) -> str:
    raw = (corpus / expected["file"]).read_bytes()
    if expected["kind"] == "eml-text":
        return new_text(read_body(parse_structure(raw)).text)
    text = decode(raw)
    return new_text(html_to_text(text) if expected["kind"] == "html" else text)


def is_met(expected: dict, found: str) -> bool:  # type: ignore[type-arg]
    exact = expected.get("exact")
    no_space = expected.get("exact_nospace")
    return (
        (exact is None or found.strip() == exact.strip())
        and (no_space is None or "".join(found.split()) == no_space)
        and all(part in found for part in expected.get("contains", ()))
        and not any(part in found for part in expected.get("not_contains", ()))
    )
