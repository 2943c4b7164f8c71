"""Questions that no article answers, bundled, written for this project."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from knowledge_base.documents import Lang

PATH = Path(__file__).with_name("off_topic.csv")


@cache
def off_topic_questions(lang: Lang) -> tuple[str, ...]:
    if not PATH.exists():
        return ()
    with PATH.open(encoding="utf-8", newline="") as file:
        return tuple(row["question"] for row in csv.DictReader(file) if row["lang"] == lang)
