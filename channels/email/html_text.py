"""HTML -> readable text, quoted blocks marked with ``>`` as in plain text mail."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import nh3

from channels.email.charsets import clean
from channels.email.html_bounds import bounded, strip_tags

MAX_LAID_OUT = 256_000  # characters that are laid out nicely; more is only stripped of its tags
MAX_QUOTE_DEPTH = 8

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use characters around quoted blocks
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")
_BLANK_LINES = re.compile(r"\n(?:[ \t\u00a0\u00ad\u200b-\u200d\u2060\ufeff]*\n){2,}")
# An indented paragraph in Gmail is a blockquote without a border.
_INDENT = re.compile(r"border(-left)?:\s*(none|0)", re.IGNORECASE)

_TAGS = {
    "address", "article", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "ol", "p", "pre", "section", "span", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_LAYOUT_ONLY = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math"},
    attributes={"*": {"style"}},
    filter_style_properties={"display", "white-space", "border", "border-left"},
    link_rel=None,
)


def html_to_text(html: str) -> str:
    """The readable text of an HTML mail. Bounded: large or odd HTML is only stripped."""
    cheap = bounded(html) if len(html) <= MAX_LAID_OUT else None
    text = _laid_out(_LAYOUT_ONLY.clean(_MARKS.sub("", cheap))) if cheap else None
    return clean(strip_tags(html)) if text is None else text


def _laid_out(html: str) -> str | None:
    from inscriptis.html_engine import Inscriptis
    from lxml import etree
    from lxml.html import document_fromstring

    if not html.strip() or len(html) > 2 * MAX_LAID_OUT:
        return None
    try:
        tree = document_fromstring(html)
        for quote in tree.iter("blockquote"):
            _mark(quote)
        text = Inscriptis(tree, _configuration()).get_text()
    except (etree.LxmlError, ValueError, RecursionError, LookupError, TypeError):
        return None
    return _BLANK_LINES.sub("\n\n", _with_quote_marks(clean(text))).strip("\n")


@cache
def _configuration() -> Any:
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.model.config import ParserConfig

    return ParserConfig(css=STRICT_CSS_PROFILE, display_links=False, display_images=False)


def _mark(quote: Any) -> None:
    if _INDENT.search(quote.get("style") or ""):
        return
    quote.text = _OPEN + (quote.text or "")
    if len(quote):
        quote[-1].tail = (quote[-1].tail or "") + _CLOSE
    else:
        quote.text += _CLOSE


def _with_quote_marks(text: str) -> str:
    depth = 0
    lines: list[str] = []
    for line in text.split("\n"):
        depth += line.count(_OPEN)
        said = _MARKS.sub("", line).rstrip()
        if depth <= 0 or (said and not said.isspace()) or not _MARKS.search(line):
            lines.append(_quote_mark(depth) + said.strip() if depth > 0 else said)
        depth -= line.count(_CLOSE)
    return "\n".join(lines)


def _quote_mark(depth: int) -> str:
    return ">" * min(depth, MAX_QUOTE_DEPTH) + " "
