"""A customer's mail as a page: nothing runs in it, and nothing is fetched unless asked."""

from __future__ import annotations

import re

from flask import url_for
from markupsafe import escape

from helpdesk.queries.attachments import Original
from helpdesk.web.language import _

_CID = re.compile(r"""cid:([^"'\s>)]{1,300})""", re.IGNORECASE)
_IMAGE = re.compile(r'<img(?:\s[\w-]+="[^"]*")*>')  # as the sanitizer writes every one of them
_QUOTE = '<details class="helpdesk_quote">'


def shown(original: Original, *, with_remote_images: bool) -> str:
    """The mail's HTML as the page shows it: its own pictures in their places, what it quotes
    folded, and pictures of other sites only when they were asked for."""
    html = _with_own_images(original)
    words = _("Quoted text")
    html = html.replace(_QUOTE, f"{_QUOTE}<summary>{escape(words)}</summary>")
    return _IMAGE.sub(_loaded, html) if with_remote_images else html


def _loaded(image: re.Match[str]) -> str:
    return image[0].replace(' data-src="', ' src="')


def _with_own_images(original: Original) -> str:
    images = {name.strip("<>"): found for name, found in original.images.items()}

    def place(match: re.Match[str]) -> str:
        found = images.get(match[1])
        if found is None:
            return match[0]
        number, name = found
        return str(escape(url_for("attachments.file", attachment_id=number, name=name)))

    return _CID.sub(place, original.html or "")


def policy(*, with_images: bool) -> str:
    """The Content-Security-Policy of such a page."""
    pictures = "img-src 'self' data: https: http:" if with_images else "img-src 'self' data:"
    return "; ".join(
        (
            "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            pictures,
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
