"""The lines that a person sees in an HTML mail, each with the place in the tree where it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

QUOTED = "> "

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "includetail", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_UNREAD = {"script", "style", "title", "template", "noscript", "svg", "math", "head", "object"}
_BLANK = " \t\r\n\f\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
_INDENT = re.compile(r"border(-left)?:\s*(none|0)", re.IGNORECASE)

# How mail programs mark what they quote, and what stands above it ...
_QUOTE_CLASSES = {
    "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote",
    "zmail_extra", "ntes-mailmaster-quote", "gmail_quote_attribution", "quoted-text",
}  # fmt: skip
_QUOTE_IDS = {"isReplyContent", "OLK_SRC_BODY_SECTION", "ymail_android_signature_quote"}
# ... and after which element all is quoted.
_CUT_IDS = {
    "appendonsend", "divRplyFwdMsg", "mail-editor-reference-message-container",
    "replySplit", "ms-outlook-mobile-body-separator-line", "reply-intro",
}  # fmt: skip
_FOXMAIL_RULE = "#b5c4df"  # the line above the sender's card, which stands above the quote


@dataclass
class Line:
    """``element`` holds its first words: in its text, or (``is_tail``) behind it."""

    text: str
    element: Any = None
    is_tail: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.removeprefix(QUOTED).strip(_BLANK)


def lines_of(body: Any) -> list[Line]:
    """The lines, those in quotes with ``>`` before them."""
    return list(_Reader(body).lines())


class _Reader:
    def __init__(self, body: Any) -> None:
        self._body = body
        self._line = Line("")
        self._quotes = 0
        self._is_cut = False
        self._has_quote = body.find(".//blockquote") is not None
        self._is_card = False
        self._unread = 0
        self._kept = 0  # white space counts: <pre>

    def lines(self) -> Iterator[Line]:
        from lxml import etree

        for event, element in etree.iterwalk(self._body, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else "script"
            if event == "start":
                if tag in _BLOCKS or tag == "br":
                    yield from self._break(tag)
                self._enter(tag, element)
                yield from self._read(element.text, element, is_tail=False)
            else:
                self._leave(tag, element)
                if tag in _BLOCKS:
                    yield from self._break(tag)
                if element is not self._body:
                    yield from self._read(element.tail, element, is_tail=True)
        yield self._line

    def _enter(self, tag: str, element: Any) -> None:
        self._unread += tag in _UNREAD
        self._kept += tag == "pre"
        is_quote = _is_quote(tag, element)
        self._quotes += is_quote
        self._is_card = not is_quote and (self._is_card or self._begins_card(tag, element))
        self._is_cut = self._is_cut or _name(element) in _CUT_IDS

    def _begins_card(self, tag: str, element: Any) -> bool:
        is_rule = tag == "hr" and (element.get("color") or "").lower() == _FOXMAIL_RULE
        return is_rule and self._has_quote

    def _leave(self, tag: str, element: Any) -> None:
        self._unread -= tag in _UNREAD
        self._kept -= tag == "pre"
        self._quotes -= _is_quote(tag, element)

    def _break(self, tag: str) -> Iterator[Line]:
        if tag in _CELLS:  # the cells of a row stand beside each other
            self._line.text += " " if self._line.text else ""
            return
        if self._line.text or tag == "br":
            yield self._line
            self._line = Line("")

    def _read(self, text: str | None, element: Any, *, is_tail: bool) -> Iterator[Line]:
        if not text or self._unread:
            return
        pieces = text.split("\n") if self._kept else [" ".join(re.split(r"[ \t\r\n\f]+", text))]
        for number, piece in enumerate(pieces):
            if number:
                yield self._line
                self._line = Line("")
            self._add(piece, element, is_tail)

    def _add(self, piece: str, element: Any, is_tail: bool) -> None:
        if not self._line.text and (self._quotes or self._is_cut or self._is_card):
            self._line.text = QUOTED
        if piece.strip(_BLANK) and self._line.element is None:
            self._line.element, self._line.is_tail = element, is_tail
        self._line.text += piece


def _is_quote(tag: str, element: Any) -> bool:
    if tag == "blockquote":
        return not _INDENT.search(element.get("style") or "")
    classes = (element.get("class") or "").split() if tag in ("div", "span", "section") else ()
    return _name(element) in _QUOTE_IDS or not _QUOTE_CLASSES.isdisjoint(classes)


def _name(element: Any) -> str:
    """The id, without the prefix that Outlook on the web puts before those of others."""
    name = element.get("id") or ""
    while name.startswith("x_"):
        name = name[2:]
    return str(name)
