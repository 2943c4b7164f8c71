"""Setting apart what an HTML mail quotes, so that the page can fold it.

What is quoted is decided on the lines that people see, by the same rule as for plain text. Nothing
is taken out: the quote lies in ``<details class="helpdesk_quote">``, whose summary the page adds in
the reader's language.
"""

from __future__ import annotations

import re
from typing import Any

from channels.email.html_bounds import bounded
from channels.email.html_lines import Line, lines_of
from channels.email.quotes import new_lines

QUOTE_CLASS = "helpdesk_quote"
MAX_FOLDED = 256_000  # characters of HTML; a longer mail is shown as it is

_MAY_QUOTE = re.compile(
    r"<blockquote|_quote|yahoo_quoted|divRplyFwdMsg|appendonsend|reference-message|OLK_SRC|"
    r"isReplyContent|gmail_attr|moz-cite|-{3,}|signature|"
    r"(?:from|von|de|发件人|發件人|寄件者|寄件人)(?:<[^<>]{1,80}>|\s|&nbsp;|\u00a0){0,6}[:：]|"
    r"wrote|a écrit|schrieb|escribió|ha scritto|写道|寫道|发自|發自|傳送|sent from",
    re.IGNORECASE,
)

_SHELL = re.compile(r"</?(?:html|body|head)\b[^<>]*>", re.IGNORECASE)


def fold_quotes(html: str) -> str:
    """The same HTML with what stands before or after the new words set apart; as it is where
    nothing is quoted, everything is, or the answers stand between the quotes."""
    if len(html) > MAX_FOLDED or not _MAY_QUOTE.search(html):
        return html
    cheap = bounded(html)
    return (_folded(cheap) if cheap else None) or html


def _folded(html: str) -> str | None:
    from lxml import etree
    from lxml import html as lxml_html

    html = _SHELL.sub("", html)  # what follows </body> would else lie outside of it
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
        body = tree.find("body")
        is_whole = body is not None and all(each.tag in ("head", "body") for each in tree)
        if not is_whole or not _fold(body):
            return None
        return str(etree.tostring(body, encoding="unicode", method="html"))
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _fold(body: Any) -> bool:
    lines = lines_of(body)
    said = [number for number, line in enumerate(lines) if not line.is_blank]
    numbers = new_lines([line.text for line in lines])
    new = {number for number in numbers or () if not lines[number].is_blank}
    if not new:
        return False
    after = [number for number in said if number > max(new)]
    before = [number for number in said if number < min(new)]
    between = [number for number in said if min(new) < number < max(new) and number not in new]
    if after:
        _wrap(body, _place(lines, said, after[0]), None)
    elif before and not between:
        end = _place(lines, said, min(new))
        _wrap(body, _place(lines, said, before[0]), end)
    return bool(after or (before and not between))


def _place(lines: list[Line], said: list[int], number: int) -> Any:
    """The highest element that begins with that line."""
    line = lines[number]
    in_body = line.element.tag == "body"
    node = _own_element(line) if line.is_tail or in_body else line.element
    index = said.index(number)
    around = _around(lines[said[index - 1]]) if index else set()
    while (parent := node.getparent()) is not None and parent.tag != "body":
        if parent in around:
            break
        node = parent
    return _with_rule(node, around)


def _own_element(line: Line) -> Any:
    """A place of its own for words that stand behind an element, or in the body itself."""
    near = line.element
    span = near.makeelement("span")
    if line.is_tail:
        span.text, near.tail = near.tail, None
        near.addnext(span)
    else:
        span.text, near.text = near.text, None
        near.insert(0, span)
    line.element, line.is_tail = span, False
    return span


def _around(line: Line) -> set[Any]:
    """The elements that the line before lies in, and so are not ours alone."""
    inner = line.element.getparent() if line.is_tail else line.element
    return {line.element, inner, *inner.iterancestors()}


def _with_rule(node: Any, around: set[Any]) -> Any:
    """The line drawn above a quote, and blank space, belong to it."""
    while (before := node.getprevious()) is not None and before not in around:
        if before.tag == "img" or before.find(".//img") is not None:
            break
        node = before
    return node


def _wrap(body: Any, start: Any, end: Any | None) -> None:
    """Put what lies from ``start`` on, or up to ``end``, into an element of its own."""
    fold = body.makeelement("details", {"class": QUOTE_CLASS})
    fold.extend(_split(body, start))
    body.append(fold)
    if end is not None:
        for node in _split(fold, end):
            body.append(node)


def _split(root: Any, node: Any) -> list[Any]:
    """Cut ``root`` in two before ``node``; the second half, in copies of the elements around."""
    second = [node, *node.itersiblings()]
    parent = node.getparent()
    while parent is not root:
        copy = parent.makeelement(parent.tag, dict(parent.attrib))
        after = list(parent.itersiblings())
        copy.extend(second)
        copy.tail, parent.tail = parent.tail, None
        second = [copy, *after]
        parent = parent.getparent()
    return second
