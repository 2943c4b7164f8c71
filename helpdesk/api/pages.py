"""Lists, a page at a time: the cursor says where the next one starts, and nothing else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field

from helpdesk.api.problem import Problem
from helpdesk.api.reading import MOST_NUMBER, Asked, Line

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")


class Paged(Asked):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 25
    cursor: Annotated[Line, Field(description="`next_cursor` of the page before.")] = ""


class Page(BaseModel, Generic[Item]):
    """One page; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


def place(cursor: str, start: int) -> int:
    """The number where a page starts; ``start`` for the first one. Raises ``Problem``."""
    if not cursor:
        return start
    try:
        number = int(base64.urlsafe_b64decode(cursor.encode() + b"==").decode().removeprefix("v1:"))
    except (ValueError, binascii.Error):
        number = -1
    if not 0 <= number <= MOST_NUMBER:
        raise Problem(400, "This cursor is none of ours. Start without one.")
    return number


def cursor_at(number: int) -> str:
    return base64.urlsafe_b64encode(f"v1:{number}".encode()).decode().rstrip("=")


def page_of(
    model: type[Any],
    rows: Sequence[Row],
    limit: int,
    shown: Callable[[Row], Any],
    number: Callable[[Row], int],
) -> BaseModel:
    """A page of at most ``limit`` of ``rows``, of which there is one more when it goes on."""
    items = [shown(row) for row in rows[:limit]]
    goes_on = len(rows) > limit
    page: BaseModel = model(
        items=items, next_cursor=cursor_at(number(rows[limit - 1])) if goes_on else None
    )
    return page
