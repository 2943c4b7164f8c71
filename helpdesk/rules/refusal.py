"""Refusals: sentences for a person, which whoever shows them may say in another language."""

from __future__ import annotations


class Refusal(Exception):
    """``words`` is an English sentence with ``%(name)s`` for each of ``values``."""

    def __init__(self, words: str, /, **values: object) -> None:
        super().__init__(words, values)
        self.words = words
        self.values = values

    def __str__(self) -> str:
        return self.words % self.values if self.values else self.words
