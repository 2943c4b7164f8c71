"""Markdown to HTML that is safe to show to anyone, and to the plain text that is indexed."""

from __future__ import annotations

import html
import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

MAX_MARKDOWN = 200_000  # characters of one article; the rest is left out
MAX_NESTING = 20

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|pre|blockquote)>|<br\s*/?>|<hr\s*/?>|</tr>")
_CELL_END = re.compile(r"</t[hd]>\s*")
_IMAGE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
_ASIDE = re.compile(r"<(h[1-6]|table|pre)>.*?</\1>", re.DOTALL)
_SENTENCE_ENDS = (". ", "! ", "? ", "。", "！", "？")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def render(markdown: str) -> str:
    """Safe HTML of an article's body. HTML inside the Markdown is shown as text, and the
    first-level heading becomes a second-level one: the page's title is the article's."""
    text = markdown[:MAX_MARKDOWN].encode("utf-8", "replace").decode()
    drawn = _parser().render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        drawn,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def plain_text(markdown: str) -> str:
    """The words that a reader sees, one block a line."""
    return _words(render(markdown))


def opening(markdown: str, longest: int) -> str:
    """The first sentences of an article, in ``longest`` characters at most. Headings, tables and
    code are left out where there is other text: they say nothing in the middle of a line."""
    drawn = render(markdown)
    text = " ".join((_words(_ASIDE.sub("\n", drawn)) or _words(drawn)).split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    end = max(cut.rfind(mark) for mark in _SENTENCE_ENDS)
    if end > longest // 3:
        return cut[: end + 1]
    whole_words = cut.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > longest // 2 else cut}…"


def _words(drawn: str) -> str:
    drawn = _IMAGE.sub(r" \1 ", drawn)
    drawn = _CELL_END.sub(" ", _BLOCK_END.sub("\n", drawn))
    text = html.unescape(_TAG.sub("", drawn))
    return _BLANK_LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


@cache
def _parser() -> MarkdownIt:
    options = {"html": False, "maxNesting": MAX_NESTING}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
