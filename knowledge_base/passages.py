"""The sentences of an article that get a vector each: its title, its phrasings, its passages."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge_base.documents import Document

MAX_PHRASINGS = 24
MAX_PASSAGES = 6
PASSAGE = 350  # characters, roughly


def passages(document: Document) -> list[str]:
    """Distinct, the title first."""
    found = [document.title, *document.phrasings[:MAX_PHRASINGS]]
    for number, passage in enumerate(_of_body(document.text)):
        if number == MAX_PASSAGES:
            break
        found.append(f"{document.title}. {passage}")
    return list(dict.fromkeys(text for text in found if text.strip()))


def _of_body(text: str) -> Iterator[str]:
    """Neighbouring lines, joined until they make a passage."""
    passage = ""
    for line in text[: PASSAGE * MAX_PASSAGES * 2].splitlines():
        if passage and len(passage) + len(line) > PASSAGE:
            yield passage
            passage = ""
        passage = f"{passage} {line}".strip()[: PASSAGE * 2]
    if passage:
        yield passage
