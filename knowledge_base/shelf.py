"""One language of one generation of the index, as requests read it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh.searching import Searcher

from knowledge_base import word_index
from knowledge_base.built import Built, Mode
from knowledge_base.calibration import Calibration
from knowledge_base.contents import Contents, read_contents
from knowledge_base.documents import Lang
from knowledge_base.meaning import Meaning
from knowledge_base.ranking import Asked
from knowledge_base.word_index import readable


@dataclass(frozen=True, slots=True)
class Opened:
    """An index as of one commit. Belongs to one request."""

    searcher: Searcher
    contents: Contents


class Shelf:
    """Opens a searcher a request; what it holds is read once a commit and shared."""

    def __init__(self, folder: Path, lang: Lang, meaning: Meaning | None, built: Built) -> None:
        self.folder = folder
        self.lang = lang
        self.meaning = meaning
        self._built = built
        self._lock = threading.Lock()
        self._read: tuple[object, Contents] | None = None

    @property
    def mode(self) -> Mode:
        return "vectors" if self.meaning else "words"

    def calibration(self, asked: Asked) -> Calibration:
        return self._built.calibration(self.lang, "words" if asked.vector is None else "vectors")

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Raises ``Unreadable``."""
        with readable():
            searcher = word_index.open_index(self.folder).searcher()
        with searcher:
            yield Opened(searcher, self._contents(searcher))

    def _contents(self, searcher: Searcher) -> Contents:
        commit = searcher.reader().generation()
        read = self._read
        if read and read[0] == commit:
            return read[1]
        with self._lock:
            if not self._read or self._read[0] != commit:
                with readable():
                    passages = self.meaning.passages if self.meaning else None
                    self._read = (commit, read_contents(searcher.reader(), passages))
            return self._read[1]
