"""Work on derived data that is done a moment later, by a round: whose turn it is, each once."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite

from helpdesk.database import WriteSession
from helpdesk.models import Reindexing, Rewording


def postpone(
    session: WriteSession, noun: type[Reindexing] | type[Rewording], which: Select[Any]
) -> None:
    """Note down the numbers that ``which`` selects. One that waits already waits once; one that
    a round has in hand is noted again after it, so that no change is missed.

    ``which`` has a condition: SQLite cannot read the statement otherwise.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert: Any = (sqlite if is_sqlite else postgresql).insert
    (number,) = cast(Table, noun.__table__).primary_key.columns
    session.execute(insert(noun).from_select([number.name], which).on_conflict_do_nothing())
