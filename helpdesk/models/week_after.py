"""Seven days after a stored time, in the words of either database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from helpdesk.models.base import UtcDateTime


class WeekAfter(GenericFunction[datetime]):
    """``WeekAfter(column)``; null of null."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(WeekAfter, "sqlite")
def _sqlite(element: WeekAfter, compiler: Any, **options: Any) -> str:
    """As SQLAlchemy stores times there: text with six digits of a second."""
    time = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f', {time}, '+7 days') || '000'"


@compiles(WeekAfter, "postgresql")
def _postgresql(element: WeekAfter, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + interval '7 days')"
