"""What keeps hostile HTML cheap, before any parser that builds a tree sees it.

An HTML5 parser re-opens unclosed formatting elements in every later block, so that 30 kB of
``<font>`` and ``<p>`` become 78 MB (measured with nh3 0.3), and libxml2 compares every attribute
of a tag with every other. What could do that is made well-formed first, or only stripped.
"""

from __future__ import annotations

import html as entities
import re

MAX_HTML = 512_000  # characters that are looked at; the whole stays in the stored mail
MAX_STRIPPED = 5_000_000
MAX_TAGS = 20_000
MAX_DEPTH = 2_000  # elements in each other
MAX_REOPENED = 300_000  # formatting elements x tags: the most that a parser could re-open
MAX_TAG = 16_000  # characters of one tag; longer ones lose their attributes
MAX_ATTRIBUTES = 2_000  # of one tag, and never so many in an honest mail

_TAG_OPENS = re.compile(r"<[a-zA-Z]")
_FORMATTING_OPENS = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s>/]", re.IGNORECASE
)
# Elements that end by themselves, or never begin, do not lie in each other.
_NESTING = re.compile(
    r"<(/?)(?!(?:area|br|col|dd|dt|hr|img|input|li|link|meta|option|p|source|t[dhr]|wbr)\b)[a-z]",
    re.IGNORECASE,
)
# Its end may be missing: the bound can cut it off.
_LONG_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9]{{0,20}})\b[^<>]{{{MAX_TAG},}}>?")
_INVISIBLE = re.compile(r"<(script|style|title|head)\b", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|hr|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


def bounded(html: str) -> str | None:
    """HTML that is cheap to parse and says the same; None when there is no such HTML."""
    html = _LONG_TAG.sub(r"<\1>", html[:MAX_HTML])
    if not _is_cheap(html):
        html = _well_formed(html)
    return html if _is_cheap(html, factor=10) else None


def _is_cheap(html: str, factor: int = 1) -> bool:
    tags = len(_TAG_OPENS.findall(html))
    if tags > MAX_TAGS or (tags > MAX_DEPTH and _depth(html) > MAX_DEPTH):
        return False
    return tags < 500 or len(_FORMATTING_OPENS.findall(html)) * tags <= MAX_REOPENED * factor


def _depth(html: str) -> int:
    """How deep elements lie in each other at most; a parser's time grows with its square."""
    depth = deepest = 0
    for element in _NESTING.finditer(html):
        depth = max(0, depth - 1) if element[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _well_formed(html: str) -> str:
    """The same, with every element closed where it belongs and at most 256 levels deep."""
    from lxml import etree
    from lxml import html as lxml_html

    if html.count("=") > MAX_TAGS * 5:
        return strip_tags(html)
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True)
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
        return str(etree.tostring(tree, encoding="unicode", method="html"))
    except (etree.LxmlError, ValueError, AssertionError):
        return as_pre(html)


def as_pre(html: str) -> str:
    """The last resort: the readable text, escaped."""
    return f"<pre>{entities.escape(strip_tags(html[:MAX_HTML]))}</pre>"


def strip_tags(html: str) -> str:
    """The text between the tags, in linear time however the HTML is built."""
    html = _without_invisible(html[:MAX_STRIPPED])
    text = _TAG.sub("", _BREAK.sub("\n", html))
    return _BLANK_LINES.sub("\n\n", entities.unescape(text)).strip()


def _without_invisible(html: str) -> str:
    kept: list[str] = []
    position = 0
    while opens := _INVISIBLE.search(html, position):
        closing = re.compile(rf"</{opens[1]}\s*>", re.IGNORECASE).search(html, opens.end())
        kept.append(html[position : opens.start()])
        position = closing.end() if closing else opens.end()
        if not closing:
            break
    return "".join([*kept, html[position:]])
