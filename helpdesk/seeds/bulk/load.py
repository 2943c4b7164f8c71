"""Many rows at once, as fast as each database takes them.

Values come ready as the database writes them (times as UTC text, JSON as text), because turning a
hundred million values one by one through the column types would take most of the time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, text

from helpdesk.models import Base
from helpdesk.seeds.bulk import rows

Row = tuple[Any, ...]

TABLES: dict[type[Row], str] = {
    rows.CustomerRow: "customers",
    rows.StageRow: "stage_changes",
    rows.WordRow: "customer_words",
    rows.PointRow: "contact_points",
    rows.OrderRow: "orders",
    rows.TicketRow: "tickets",
    rows.TagRow: "ticket_tags",
    rows.ParticipantRow: "participants",
    rows.MessageRow: "messages",
    rows.DeliveryRow: "deliveries",
    rows.EventRow: "audit_events",
}
"""The table of each sort of row; what is referred to stands first."""


class Load:
    """Rows of all sorts, to be inserted together."""

    def __init__(self) -> None:
        self._rows: defaultdict[type[Row], list[Row]] = defaultdict(list)

    def add(self, row: Row) -> None:
        self._rows[type(row)].append(row)

    def insert(self, connection: Connection) -> None:
        for kind, name in TABLES.items():
            if self._rows[kind]:
                _insert(connection, Base.metadata.tables[name], kind, self._rows[kind])


def _insert(connection: Connection, table: Table, kind: type[Row], found: list[Row]) -> None:
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    defaults = _defaults(table, fields)
    tail = tuple(defaults.values())
    whole = [(*row, *tail) for row in found] if tail else found
    names = ", ".join(f'"{name}"' for name in (*fields, *defaults))
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", whole)
        return
    marks = ", ".join("?" * (len(fields) + len(tail)))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608
        whole,
    )


def _copy(connection: Connection, statement: str, whole: list[Row]) -> None:
    cursor: Any = connection.connection.cursor()
    with cursor.copy(statement) as copy:
        for row in whole:
            copy.write_row(row)
    cursor.close()


def _defaults(table: Table, fields: tuple[str, ...]) -> dict[str, Any]:
    """What the model fills in by itself where a column may not be empty."""
    return {
        column.name: _literal(column.default)
        for column in table.columns
        if not (column.name in fields or column.nullable or column.primary_key)
    }


def _literal(default: Any) -> Any:
    made = default.arg(None) if default.is_callable else default.arg
    if isinstance(made, (list, dict)):
        return "[]" if isinstance(made, list) else "{}"
    return made


def stamper(connection: Connection) -> Stamper:
    return Stamper("+00" if connection.dialect.name == "postgresql" else "")


class Stamper:
    """Writes UTC times as the database does; SQLite keeps no zone."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def __call__(self, at: datetime) -> str:
        return at.isoformat(" ", "microseconds")[:26] + self._zone


def next_ids(connection: Connection, name: str, count: int) -> int:
    """The first of ``count`` ids that are free, and from now on taken."""
    last = connection.scalar(text(f"SELECT max(id) FROM {name}")) or 0  # noqa: S608
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
            {"name": name, "last": last + count},
        )
    return int(last) + 1
