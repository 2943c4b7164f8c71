"""Opens what is current, again and again while a writer moves files."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from knowledge_base import generations
from knowledge_base.built import Built
from knowledge_base.contents import Contents
from knowledge_base.documents import LANGS, Lang, NotBuilt, State
from knowledge_base.encoder import Encoder
from knowledge_base.meaning import Meaning
from knowledge_base.shelf import Shelf
from knowledge_base.vectors import VectorStore
from knowledge_base.word_index import Unreadable, readable

TRIES = 12  # openings, before an index counts as damaged
PAUSE = 0.005  # seconds; each is longer by as much


class Reading:
    """The shelves of the current generation, and what one of them holds."""

    def __init__(self, folder: Path, encoder: Encoder | None, store: VectorStore) -> None:
        self._folder = folder
        self._encoder = encoder
        self._store = store
        self._lock = threading.Lock()
        self._current: tuple[Path, Built, Mapping[Lang, Shelf]] | None = None
        self._damaged: Path | None = None  # is not waited for again

    def shelves(self) -> Mapping[Lang, Shelf]:
        """Raises ``NotBuilt``."""
        try:
            return self._generation()[2]
        except Unreadable as fault:
            raise NotBuilt(f"The index in {self._folder} is damaged") from fault

    def contents(self, lang: Lang) -> tuple[Contents, Shelf]:
        """Raises ``NotBuilt`` when the index cannot be read."""
        tries = 0
        while True:
            try:
                shelf = self._generation()[2][lang]
                return shelf.contents(), shelf
            except Unreadable as fault:
                tries += 1
                folder = generations.current(self._folder)
                if tries >= TRIES or folder == self._damaged:
                    self._damaged = folder
                    raise NotBuilt(f"The index in {folder} is damaged") from fault
                time.sleep(PAUSE * tries)

    def state(self) -> State:
        try:
            counts = [len(self.contents(lang)[0].entries) for lang in LANGS]
            built = self._generation()[1]
        except (NotBuilt, Unreadable):
            return State(0, "none", calibrated=False, damaged=True, rebuild_needed=True)
        mode = {lang: shelf.mode for lang, shelf in self.shelves().items()}
        used = {lang: built.calibration(lang, mode[lang]) for lang in LANGS}
        wanted = self._encoder.name if self._encoder else "none"
        return State(
            documents=sum(counts),
            encoder_name=built.encoder if built.encoder == wanted else "none",
            calibrated=all((lang, mode[lang]) in built.calibrations for lang in LANGS),
            thresholds={lang: each.thresholds for lang, each in used.items()},
            measured_error={lang: each.error for lang, each in used.items() if each.error},
            rebuild_needed=built.encoder != wanted,
        )

    def _generation(self) -> tuple[Path, Built, Mapping[Lang, Shelf]]:
        folder = generations.current(self._folder)
        with self._lock:
            if not self._current or self._current[0] != folder:
                with readable():
                    built = Built.read(folder)
                    shelves = {lang: self._shelf(folder, built, lang) for lang in LANGS}
                self._current = (folder, built, shelves)
            return self._current

    def _shelf(self, folder: Path, built: Built, lang: Lang) -> Shelf:
        meaning = None
        if self._encoder and self._encoder.name == built.encoder and lang in built.means:
            meaning = Meaning(self._encoder, self._store, built.means[lang])
        return Shelf(folder / lang, lang, meaning, built)
