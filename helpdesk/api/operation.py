"""One operation of the API: what it takes, gives and needs. The document is made from these.

APIFlask, which would do this, refuses list parameters that its own document promises, and knows
neither problem+json nor idempotency; what is left of it here is this page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from helpdesk.rules.api_scope import Scope

Answer = BaseModel | tuple[BaseModel, str] | None
"""The body, with the address of what was made; None: there is no body."""

STEP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """``path`` has {name} for what varies: "number" ends the names of integers."""

    method: str
    path: str
    scope: Scope
    tag: str
    name: str
    summary: str
    does: Callable[..., Answer]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    files: tuple[str, ...]  # media types of a body that is a file
    answer: type[BaseModel] | None
    status: int
    errors: tuple[int, ...]  # beside those of every operation

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return STEP.sub(lambda step: f"<{_converter(step[1])}{step[1]}>", self.path)

    @property
    def steps(self) -> list[str]:
        return STEP.findall(self.path)

    def fits(self, path: str) -> bool:
        """Whether this is an address of the operation, whatever the method."""
        pattern = STEP.sub("[^/]+", self.path)
        return re.fullmatch(pattern, path) is not None


def is_number(step: str) -> bool:
    return step.endswith("number")


def _converter(step: str) -> str:
    return "int:" if is_number(step) else ""


OPERATIONS: list[Operation] = []


def operation(
    method: str,
    path: str,
    scope: Scope,
    *,
    tag: str,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    files: Sequence[str] = (),
    answer: type[BaseModel] | None = None,
    status: int = 200,
    errors: Sequence[int] = (),
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Declare an operation. The function gets the caller, the steps of the path, ``query`` and
    ``body``; its docstring is the summary."""

    def declare(does: Callable[..., Answer]) -> Callable[..., Answer]:
        summary = " ".join((does.__doc__ or "").split())
        name = f"{tag}_{does.__name__}".lower().replace(" ", "_")
        OPERATIONS.append(
            Operation(method, path, scope, tag, name, summary, does, query, body, tuple(files),
                      answer, status, tuple(errors))
        )  # fmt: skip
        return does

    return declare
