"""What an article may be made of, and what is said when it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from helpdesk.rules.refusal import Refusal

MAX_TITLE = 200  # characters
MAX_BODY = 200_000
MAX_PHRASINGS = 50
MAX_PHRASING = 300
LANGS = ("en", "zh")

_SLUG = re.compile(r"\w[\w.-]{0,119}")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class BadWords(Refusal, ValueError):
    """These words make no article. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says in one language: a title, Markdown, and how customers ask for it."""

    title: str
    body: str
    phrasings: tuple[str, ...] = ()

    def checked(self) -> Words:
        """The same words, tidied. Raises ``BadWords``."""
        title, body = one_line(self.title), without_controls(self.body).strip()
        if not title:
            raise BadWords("An article needs a title.")
        if len(title) > MAX_TITLE:
            raise BadWords(
                "The title is too long: %(most)s characters are the most.", most=MAX_TITLE
            )
        if len(body) > MAX_BODY:
            raise BadWords(
                "The article is too long: %(most)s characters are the most.", most=MAX_BODY
            )
        return replace(self, title=title, body=body, phrasings=_phrasings(self.phrasings))


def _phrasings(given: tuple[str, ...]) -> tuple[str, ...]:
    lines = dict.fromkeys(one_line(phrasing)[:MAX_PHRASING] for phrasing in given)
    return tuple(line for line in lines if line)[:MAX_PHRASINGS]


def one_line(text: str) -> str:
    return " ".join(without_controls(text).split())


def without_controls(text: str) -> str:
    """``text`` with plain line ends and nothing that a reader could not see."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def slug_of(given: str) -> str:
    """The slug as given. Raises ``BadWords`` for what makes no good address."""
    if not _SLUG.fullmatch(given):
        raise BadWords(
            "“%(slug)s” is no address: use up to 120 letters, digits, dots and hyphens.",
            slug=given[:40],
        )
    return given


def slug_from(title: str) -> str:
    """An address made from a title, or from any name; "" when it has no letter."""
    words = re.findall(r"[^\W_]+", title.lower())
    return "-".join(words)[:80].strip("-")


def lang_of(code: str) -> str:
    """ "en" or "zh" for any tag of these languages. Raises ``BadWords`` for others."""
    lang = re.split(r"[-_]", code.strip().lower())[0]
    if lang not in LANGS:
        raise BadWords("“%(code)s” is not a language of this desk: en or zh.", code=code[:20])
    return lang
