"""Words that mean the same here: a question with one of a group is asked with the others, too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from knowledge_base.analysis import words
from knowledge_base.documents import Lang
from knowledge_base.generations import write_whole

MAX_GROUPS = 2000
MAX_MEMBERS = 20
WEIGHT = 0.6  # of a word that was not said but is meant

Groups = tuple[tuple[frozenset[str], ...], ...]


def analysed(groups: Iterable[Sequence[str]], lang: Lang) -> Groups:
    """Each member as the words that it is found under; groups of one say nothing."""
    found = []
    for group in list(groups)[:MAX_GROUPS]:
        members = {frozenset(words(member[:100], lang)) for member in list(group)[:MAX_MEMBERS]}
        members.discard(frozenset())
        if len(members) > 1:
            found.append(tuple(sorted(members, key=sorted)))
    return tuple(found)


def expanded(said: Iterable[str], groups: Groups) -> Mapping[str, float]:
    """The words that were said, weight 1, and those that they stand for, weight ``WEIGHT``."""
    asked = dict.fromkeys(said, 1.0)
    spoken = frozenset(asked)
    for group in groups:
        if any(member <= spoken for member in group):
            for word in frozenset().union(*group) - spoken:
                asked.setdefault(word, WEIGHT)
    return asked


class SynonymFile:
    """The groups of one language beside the index, read again when another process wrote them."""

    def __init__(self, folder: Path, lang: Lang) -> None:
        self._path = folder / f"synonyms-{lang}.json"
        self._lang = lang
        self._read: tuple[object, Groups] = (None, ())

    def write(self, groups: Iterable[Sequence[str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps([list(group) for group in groups]))

    def groups(self) -> Groups:
        """None where the file is missing or damaged."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
            if self._read[0] != stamp:
                kept = json.loads(self._path.read_text(encoding="utf-8"))
                self._read = (stamp, analysed(kept, self._lang))
        except (OSError, ValueError, TypeError):
            return ()
        return self._read[1]
