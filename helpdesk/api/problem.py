"""What went wrong, as programs read it: RFC 9457, application/problem+json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="The place: `query.limit`, `body.subject`.")
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. `type` is always `about:blank`: `status` says what kind of problem it is."""

    model_config = ConfigDict(title="Problem")

    type: str = "about:blank"
    title: str = Field(description="The name of the status.")
    status: int
    detail: str = Field(description="One or two sentences: what is wrong, and what helps.")
    errors: list[Fault] = Field(default=[], description="Every fault of a request (422).")


class Problem(Exception):
    """Raised anywhere in an operation; becomes the answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        details = ProblemDetails(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
        )
        shown = details.model_dump(exclude=None if self.errors else {"errors"})
        body = json.dumps(shown, ensure_ascii=False)
        return Response(body, self.status, self.headers, content_type=MEDIA_TYPE)


def invalid(place: str, error: ValidationError) -> Problem:
    """A request whose ``place`` (query, body) is not as the document says."""
    faults = [Fault(where=_where(place, one["loc"]), detail=one["msg"]) for one in error.errors()]
    is_json = any(one["type"] == "json_invalid" for one in error.errors())
    if is_json:
        return Problem(400, "The body is not JSON that can be read.", errors=faults)
    return Problem(422, "The request is not as the document says.", errors=faults[:50])


def _where(place: str, steps: Sequence[Any]) -> str:
    return ".".join([place, *map(str, steps)])
