"""Pages go over the network compressed, and nothing secret is told by their length.

What a page repeats, compression makes short; who can have a page made with words of their choice
and sees its length could guess at a secret in it (BREACH). Three things stand against that: the
session's cookie goes to no other site's request (SameSite), the form tokens are signed anew each
second, and each answer is longer by a random number of bytes ("Heal the BREACH",
https://doi.org/10.1109/ACCESS.2022.3166175), which stand where the file's name goes.
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, request

WORTH_IT = 1000  # bytes; shorter ones cost more than they save
LEVEL = 3  # of 9: half the time of the usual 6, and a tenth longer
PADDING = 100  # bytes at most


def register(app: Flask) -> None:
    """Compress every page and fragment, for who accepts it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= WORTH_IT:
        response.set_data(compressed(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def compressed(body: bytes) -> bytes:
    """``body`` as gzip, of a length that differs from time to time."""
    into = io.BytesIO()
    padding = "x" * secrets.randbelow(PADDING)
    with gzip.GzipFile(padding, "wb", LEVEL, into, mtime=0) as file:
        file.write(body)
    return into.getvalue()
