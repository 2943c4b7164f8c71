"""Mails from the wild. The folder is no part of the repository: HELPDESK_MAIL_CORPUS names it."""

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.replies import BESIDE, missed
from channels.message import Unreadable
from tests.channels.email.mails import parse
from tests.patience import costs_under

pytestmark = pytest.mark.slow

# They keep "Sent from my iPhone" and a signature after "-- ", which others want taken off.
KEPT_ON_PURPOSE = {"iphone.eml", "sparrow.eml"}


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
        with costs_under(2):
            outcomes[outcome(path)] += 1
    record_property("outcomes", f"{len(files)} files: {dict(outcomes)}")
    assert outcomes["InboundMessage"] >= 295
    assert outcomes["DeliveryEvent"] >= 15
    assert outcomes["fault"] == 0


def outcome(path: Path) -> str:
    try:
        return type(parse(path.read_bytes())).__name__
    except Unreadable as reason:
        return "fault" if "cannot be read (" in str(reason) else "Unreadable"


def test_replies_are_split_as_people_would(corpus, record_property):
    failures = missed(corpus)
    record_property("missed", failures)
    assert {Path(each).name for each in failures} == KEPT_ON_PURPOSE
