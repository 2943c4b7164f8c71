"""The library: documents in, hits and verdicts out. The one door of this package.

Everything in its folder is derived and can be thrown away. Any number of processes may read
while one writes; a killed writer leaves what was there before, or what it had committed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge_base import generations, word_index
from knowledge_base.cores import one_blas_thread
from knowledge_base.documents import (
    LANGS,
    Document,
    Hit,
    Lang,
    NotBuilt,
    State,
    Thresholds,
    Verdict,
    language,
)
from knowledge_base.encoder import Encoder
from knowledge_base.off_topic import off_topic_questions
from knowledge_base.passages import passages
from knowledge_base.question import ask
from knowledge_base.ranking import rank
from knowledge_base.reading import Reading
from knowledge_base.rebuilding import Rebuild
from knowledge_base.shelf import Shelf
from knowledge_base.suggesting import suggested
from knowledge_base.synonyms import SynonymFile
from knowledge_base.vectors import VectorStore
from knowledge_base.verdict import OFFERED, as_hits, judge

__all__ = ["Library", "NotBuilt"]


class Library:
    """Articles in every language, searched by words, and by meaning with an ``encoder``.

    Safe to use from several threads. Reading raises ``NotBuilt`` when the folder is missing or
    damaged; ``rebuild`` is the cure.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder | None,
        *,
        off_topic: Callable[[Lang], Sequence[str]] = off_topic_questions,
    ) -> None:
        one_blas_thread()
        self._folder = Path(folder)
        self._encoder = encoder
        self._off_topic = off_topic
        self._store = VectorStore(self._folder / "vectors.db")
        self._synonyms = {lang: SynonymFile(self._folder, lang) for lang in LANGS}
        self._reading = Reading(self._folder, encoder, self._store)

    # Writing

    def rebuild(
        self,
        documents: Sequence[Document],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Everything anew, beside what is read meanwhile, and calibrated; then it is switched in.

        ``progress`` is told (steps done, steps in all).
        """
        with generations.writing(self._folder):
            groups = {lang: self._synonyms[lang].groups() for lang in LANGS}
            off_topic = {lang: self._off_topic(lang) for lang in LANGS}
            generation = generations.start(self._folder)
            Rebuild(documents, self._encoder, self._store, groups, off_topic, progress).into(
                generation
            )
            generations.publish(generation)

    def apply(self, added: Sequence[Document], removed: Sequence[str] = ()) -> None:
        """Adds or replaces articles and takes others out, all in one commit a language.

        Doing it twice does no harm. Raises ``NotBuilt``; the rebuild that cures it brings the
        change, too.
        """
        with generations.writing(self._folder):
            for lang, shelf in self._reading.shelves().items():
                mine = [each for each in added if each.lang == lang]
                if mine or removed:
                    _write(shelf, mine, removed)

    def set_synonyms(self, lang: str, groups: Sequence[Sequence[str]]) -> None:
        """Each group is words or phrases that mean the same. At once, for every process."""
        self._synonyms[language(lang)].write(groups)

    # Reading

    def search(
        self, question: str, lang: str, *, public_only: bool = True, limit: int = 10
    ) -> list[Hit]:
        """The best articles for a whole question, best first."""
        return self._found(question, language(lang), public_only, limit)[0]

    def answer(self, question: str, lang: str, *, public_only: bool = True) -> Verdict:
        """One article (with two others behind it), three to choose from, or none."""
        return judge(*self._found(question, language(lang), public_only, OFFERED))

    def suggest(
        self, typed: str, lang: str, *, public_only: bool = True, limit: int = 6
    ) -> list[Hit]:
        """Articles for what is typed so far; the last word may be unfinished.

        By words alone, so it is quick. Confidence is 0: nothing was asked yet.
        """
        contents, _ = self._reading.contents(language(lang))
        return suggested(contents, typed, language(lang), public_only=public_only, limit=limit)

    def state(self) -> State:
        """How the library is. Never raises."""
        return self._reading.state()

    def _found(
        self, text: str, lang: Lang, public_only: bool, limit: int
    ) -> tuple[list[Hit], Thresholds]:
        contents, shelf = self._reading.contents(lang)
        meaning = shelf.meaning if contents.centres is not None else None
        asked = ask(text, lang, self._synonyms[lang].groups(), meaning)
        ranked = rank(contents, asked, public_only=public_only)
        calibration = shelf.calibration(asked)
        return as_hits(ranked[:limit], calibration), calibration.thresholds


def _write(shelf: Shelf, added: Sequence[Document], removed: Sequence[str]) -> None:
    if shelf.meaning:
        shelf.meaning.keep([text for document in added for text in passages(document)])
    try:
        word_index.write(word_index.open_index(shelf.folder), added, removed)
    except Exception as fault:
        raise NotBuilt(f"The index in {shelf.folder} is damaged") from fault
