"""Sanitizing the HTML of strangers: an allowlist, and nothing loaded from elsewhere."""

from __future__ import annotations

import re

import nh3

from channels.email.html_bounds import as_pre, bounded
from channels.email.html_quotes import QUOTE_CLASS

MAX_CLEAN = 2_000_000  # characters

_TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_CELL = {"colspan", "rowspan", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"valign", "bgcolor"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start"},
    "time": {"datetime"},
}
# No position, no margin (negative ones reach out of the message), nothing that loads a URL.
_STYLES = {
    "color", "background-color", "font-family", "font-size", "font-style", "font-weight",
    "text-align", "text-decoration", "text-indent", "line-height", "letter-spacing",
    "white-space", "vertical-align", "list-style-type", "direction", "width", "max-width",
    "border", "border-top", "border-right", "border-bottom", "border-left", "border-color",
    "border-width", "border-style", "border-collapse", "border-spacing", "border-radius",
    "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
}  # fmt: skip
# By these the page folds what was quoted.
_QUOTE_CLASSES = {"gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "gmail_signature"}
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "template", "noscript", "svg", "math", "object",
}  # fmt: skip

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    tag_attribute_values={"blockquote": {"type": {"cite"}}},
    allowed_classes={
        **dict.fromkeys(("div", "blockquote", "span"), _QUOTE_CLASSES),
        "details": {QUOTE_CLASS},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)

# nh3 writes every attribute as name="value" with quotes escaped, so this sees whole tags.
_IMAGE = re.compile(r'<img(?:\s[\w-]+="[^"]*")*>')
_REMOTE = re.compile(r'\ssrc="(?!cid:)', re.IGNORECASE)


def sanitize(html: str) -> str:
    """HTML that is safe to show. ``src`` of a remote image becomes ``data-src``; cid: stays."""
    cheap = bounded(html)
    if cheap is None:
        return as_pre(html)
    cleaned = _CLEANER.clean(cheap)
    return block_remote_images(cleaned) if len(cleaned) <= MAX_CLEAN else as_pre(html)


def block_remote_images(cleaned: str) -> str:
    """Nothing is loaded from elsewhere before an agent asks for it."""
    return _IMAGE.sub(lambda image: _REMOTE.sub(' data-src="', image[0]), cleaned)


def remote_images(shown: str) -> int:
    """How many images a sanitized mail would load from elsewhere, if it were let."""
    return sum(' data-src="' in image[0] for image in _IMAGE.finditer(shown))
