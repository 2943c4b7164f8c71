"""How the widget's API says no: a short code for the page, a sentence for the visitor."""

from __future__ import annotations

from flask import Response, jsonify


class Refused(Exception):
    """The request is refused. ``retry_after`` in seconds: it may work then."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def answer(refused: Refused) -> Response:
    """``{error, message}`` as JSON, with Retry-After where waiting helps."""
    response = jsonify(error=refused.code, message=refused.message)
    response.status_code = refused.status
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
