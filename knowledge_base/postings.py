"""One field of an index, taken into memory: which entries hold a word, and how much it says there.

Whoosh scores a posting at a time, in Python: at a thousand articles a Chinese question took 50 ms.
As arrays it takes one. 8 bytes a posting.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

Scores = NDArray[np.float32]

# BM25 as everywhere: how soon more of a word says no more, and how much a long text is marked down.
SATURATION = 1.2
LENGTH = 0.75


class Postings:
    """Scores entries, which are known by their places: 0 to ``entries`` - 1."""

    def __init__(self, entries: int, found: Mapping[str, tuple[array[int], array[float]]]) -> None:
        self._entries = entries
        self._found = {
            word: (np.frombuffer(places, dtype=np.int32), np.frombuffer(times, dtype=np.float32))
            for word, (places, times) in found.items()
        }
        lengths = np.zeros(entries, dtype=np.float32)
        for places, times in self._found.values():
            np.add.at(lengths, places, times)
        usual = float(lengths.mean()) if entries else 0.0
        self._slack = SATURATION * (1 - LENGTH + LENGTH * lengths / (usual or 1.0))

    @classmethod
    def read(cls, reader: IndexReader, field: str, places: Mapping[int, int]) -> Postings:
        """``places`` by Whoosh's numbers of the documents."""
        found = {}
        for word in reader.lexicon(field):
            posting = reader.postings(field, word)
            mine, times = array("i"), array("f")
            while posting.is_active():
                mine.append(places[posting.id()])
                times.append(posting.weight())
                posting.next()
            if mine:
                found[word.decode("utf-8") if isinstance(word, bytes) else word] = (mine, times)
        return cls(len(places), found)

    def count(self, word: str) -> int:
        """In how many entries it is."""
        return len(self._found[word][0]) if word in self._found else 0

    def rarity(self, word: str) -> float:
        """Inverse document frequency; the most for a word that is nowhere."""
        count = self.count(word)
        return math.log(1 + (self._entries - count + 0.5) / (count + 0.5))

    def rarest(self, words: Iterable[str], most: int) -> list[str]:
        """Those of ``words`` that are in the fewest entries, but in one at least."""
        return sorted(filter(self.count, words), key=self.count)[:most]

    def scores(self, asked: Mapping[str, float]) -> Scores:
        """BM25 of every entry for words with their weights."""
        total = np.zeros(self._entries, dtype=np.float32)
        for word, weight in asked.items():
            if word in self._found:
                places, times = self._found[word]
                inverse = math.log(self._entries / (len(places) + 1)) + 1
                gain = times * (SATURATION + 1) / (times + self._slack[places])
                total[places] += weight * inverse * gain
        return total

    def held(self, asked: Mapping[str, float]) -> Scores:
        """Of every entry the rarity of what it holds of ``asked``, by the weights."""
        total = np.zeros(self._entries, dtype=np.float32)
        for word, weight in asked.items():
            if word in self._found:
                total[self._found[word][0]] += weight * self.rarity(word)
        return total
