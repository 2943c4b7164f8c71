"""What an agent writes with Markdown's marks, as the HTML part of a mail.

The text part stays as it was written: ``**bold**`` and ``- lists`` are read well enough as they
are. Text without a mark has no HTML part at all.
"""

from __future__ import annotations

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

_MARKS = re.compile(
    r"\*\*\S|(?<!\w)_\S[^_\n]*_(?!\w)|^\s{0,3}(?:[-*] |\d{1,3}[.)] |> |#{1,3} )"
    r"|\]\(https?://|`[^`\n]+`",
    re.MULTILINE,
)
_TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "h1", "h2", "h3",
}  # fmt: skip
_LINKS = {"http", "https", "mailto"}


def html_of(text: str) -> str | None:
    """The HTML of ``text``, safe to send; None when nothing in it is formatted."""
    if not _MARKS.search(text):
        return None
    drawn = _markdown().render(text)
    return str(
        nh3.clean(
            drawn, tags=_TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=_LINKS
        )
    )


@cache
def _markdown() -> MarkdownIt:
    """Lines end where the writer ended them; HTML and images are text like any other."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).disable(
        ["image", "html_block", "html_inline", "lheading", "hr", "code"]
    )
