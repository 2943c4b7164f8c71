"""Builds an index from nothing: vectors, words, calibration, with progress."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from knowledge_base import word_index
from knowledge_base.built import Built
from knowledge_base.calibration import calibrate
from knowledge_base.documents import LANGS, Document, Lang
from knowledge_base.encoder import Encoder
from knowledge_base.meaning import Meaning
from knowledge_base.passages import passages
from knowledge_base.rehearsal import questions, rehearse
from knowledge_base.synonyms import Groups
from knowledge_base.vectors import VectorStore, key_of

_log = logging.getLogger(__name__)


class Rebuild:
    """One rebuild. ``progress`` is told (steps done, steps in all): a step is a sentence that is
    encoded, an article that is indexed, or a question that is asked for the calibration."""

    def __init__(
        self,
        documents: Sequence[Document],
        encoder: Encoder | None,
        store: VectorStore,
        groups: Mapping[Lang, Groups],
        off_topic: Mapping[Lang, Sequence[str]],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._documents = {
            lang: [each for each in documents if each.lang == lang] for lang in LANGS
        }
        self._encoder = encoder
        self._store = store
        self._groups = groups
        self._off_topic = off_topic
        self._progress = progress
        self._done = 0
        self._texts = {lang: self._texts_of(lang) for lang in LANGS} if encoder else {}
        self._steps = sum(map(len, self._texts.values())) + sum(
            len(mine) + questions(mine, off_topic[lang]) for lang, mine in self._documents.items()
        )

    def into(self, folder: Path) -> None:
        """Fills the empty ``folder``."""
        meanings = self._encode()
        built = Built(self._encoder.name if meanings and self._encoder else "none")
        for lang, mine in self._documents.items():
            word_index.write(word_index.create(folder / lang), mine)
            self._told(len(mine))
            if meaning := meanings.get(lang):
                built.means[lang] = meaning.mean
            self._calibrate(built, lang, meanings.get(lang))
        built.write(folder)

    def _encode(self) -> dict[Lang, Meaning]:
        """Nothing when there is no encoder, or one that does not work."""
        if not self._encoder:
            return {}
        try:
            meanings = {
                lang: Meaning.learnt(self._encoder, self._store, texts, self._told)
                for lang, texts in self._texts.items()
            }
        except Exception:
            _log.exception("The encoder %s failed: search by words alone", self._encoder.name)
            return {}
        every = [key_of(text) for texts in self._texts.values() for text in texts]
        self._store.keep_only(self._encoder.name, every)
        return meanings

    def _calibrate(self, built: Built, lang: Lang, meaning: Meaning | None) -> None:
        rehearsed = rehearse(
            self._documents[lang],
            lang,
            self._off_topic[lang],
            self._groups[lang],
            meaning,
            self._told,
        )
        if learnt := calibrate(rehearsed.words):
            built.calibrations[lang, "words"] = learnt
        if learnt := calibrate(rehearsed.vectors):
            built.calibrations[lang, "vectors"] = learnt

    def _texts_of(self, lang: Lang) -> list[str]:
        """What gets a vector; off-topic questions, too, so that the mean is not of one subject."""
        found = [text for each in self._documents[lang] for text in passages(each)]
        return list(dict.fromkeys([*found, *self._off_topic[lang]]))

    def _told(self, steps: int) -> None:
        self._done += steps
        if self._progress:
            self._progress(self._done, self._steps)
