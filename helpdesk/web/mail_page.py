"""A customer's mail as a page: nothing runs in it, and nothing is fetched unless asked."""

from __future__ import annotations

import re

from flask import url_for
from markupsafe import escape

from helpdesk.queries.attachments import Original

_CID = re.compile(r"""cid:([^"'\s>)]{1,300})""", re.IGNORECASE)


def with_images(original: Original) -> str:
    """The mail's HTML with its own pictures in their places."""
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
