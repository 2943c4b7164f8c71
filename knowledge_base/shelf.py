"""One language of one generation of the index, as requests read it."""

from __future__ import annotations

import threading
from pathlib import Path

from whoosh.reading import IndexReader

from knowledge_base import word_index
from knowledge_base.built import Built, Mode
from knowledge_base.calibration import Calibration
from knowledge_base.contents import Contents, read_contents
from knowledge_base.documents import Lang
from knowledge_base.meaning import Meaning
from knowledge_base.ranking import Asked
from knowledge_base.word_index import readable


class Shelf:
    """Looks for a new commit at each request; what it holds is read once a commit and shared."""

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

    def contents(self) -> Contents:
        """As of the last commit. Raises ``Unreadable``."""
        with readable():
            index = word_index.open_index(self.folder)
            if (read := self._read) and read[0] == index.latest_generation():
                return read[1]
            with index.reader() as reader:
                return self._read_from(reader)

    def _read_from(self, reader: IndexReader) -> Contents:
        commit = reader.generation()
        with self._lock:
            if not self._read or self._read[0] != commit:
                passages = self.meaning.passages if self.meaning else None
                self._read = (commit, read_contents(reader, passages))
            return self._read[1]
