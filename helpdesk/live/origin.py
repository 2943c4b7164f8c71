"""Where a socket comes from. Browsers send cookies along with any site's socket."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import request

from helpdesk.desk import Desk


def is_ours(desk: Desk, also: Iterable[str] = ()) -> bool:
    """Whether the socket was opened by a page of ours, of a site in ``also``, or by a program."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = {request.host.lower(), urlsplit(desk.settings.url).netloc.lower()}
    return urlsplit(origin).netloc.lower() in ours or origin.lower() in also
