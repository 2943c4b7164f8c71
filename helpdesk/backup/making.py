"""Making a backup while the desk runs.

The database is copied first. A file is durable before the row that names it, and is kept for a day
after the last row is gone: so every file that the copy names is there when it is looked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext

from helpdesk.actions import audit
from helpdesk.backup import archive, copies
from helpdesk.desk import Desk
from helpdesk.models import NotPossible
from helpdesk.rules.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class Made:
    files: int
    bytes: int
    schema: str


def make(desk: Desk, actor: Actor, path: Path, progress: Callable[[int], object]) -> Made:
    """Write the backup to ``path``, which must not be there yet. Raises ``NotPossible``."""
    actor.must_be(Role.ADMIN)
    database = desk.database
    with archive.writing(path) as writer:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            copy = Path(folder) / "database"
            revision = _revision(desk)
            copies.dump(database, copy)
            writer.add(f"database.{copies.suffix(database)}", copy)
        count = _files(desk, writer, progress)
        _keys(desk, writer)
        manifest = writer.finish(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            database=copies.kind(database),
            schema=revision,
            key=desk.vault.fingerprint(),
        )
    with desk.write() as session:
        audit.record(session, actor, "backup.made", files=count)
    return Made(count, sum(one.size for one in manifest.members.values()), revision)


def _files(desk: Desk, writer: archive.Writer, progress: Callable[[int], object]) -> int:
    count = 0
    for path in sorted(desk.settings.files_dir.glob("??/*")):
        if len(path.name) != 64:
            continue  # one that is being written
        try:
            writer.add(f"files/{path.parent.name}/{path.name}", path)
        except FileNotFoundError:
            continue  # collected meanwhile: nothing has named it for a day
        count += 1
        progress(1)
    return count


def _keys(desk: Desk, writer: archive.Writer) -> None:
    """The keys that the desk made for itself; one from the environment is its owner's to keep."""
    if desk.settings.secret_key.get_secret_value():
        return
    for name in ("secret_key", "secret_key_old"):
        path = desk.settings.data_dir / name
        if path.exists():
            writer.add(f"keys/{name}", path)


def _revision(desk: Desk) -> str:
    with desk.database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise NotPossible("The database has no schema, so there is nothing to keep.")
    return revision
