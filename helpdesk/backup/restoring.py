"""Restoring a backup: nothing is written before everything in it is found whole and fitting."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from alembic.script import ScriptDirectory

from helpdesk import kept_keys, schema
from helpdesk.actions import audit
from helpdesk.backup import archive, copies
from helpdesk.backup.archive import Manifest
from helpdesk.desk import Desk
from helpdesk.models import NotPossible
from helpdesk.rules.actor import SYSTEM
from helpdesk.vault import Vault


def restore(desk: Desk, path: Path, *, force: bool = False) -> Manifest:
    """Make this desk what the backup says, and bring its schema up to date.

    Raises ``NotPossible`` for a damaged or unfit archive and, without ``force``, for a desk that
    holds something. Files that are there stay beside the restored ones.
    """
    manifest = archive.verified(path)
    _must_fit(desk, manifest)
    if not force and not _is_empty(desk):
        raise NotPossible(
            "This desk holds data, which the backup would replace. Stop it, then say --force."
        )
    for digest, data in archive.files(path):
        if desk.files.put(data) != digest:
            raise NotPossible("%(name)s is not what its name says.", name=digest)
    with tempfile.TemporaryDirectory(dir=desk.settings.data_dir, prefix="restore-") as folder:
        copy = Path(folder) / "database"
        archive.extract(path, f"database.{copies.suffix(desk.database)}", copy)
        desk.database.close()  # its connections know the tables of before
        copies.load(desk.database, copy)
        _keys(desk, path, manifest, Path(folder))
    schema.upgrade(desk.database)
    shutil.rmtree(desk.settings.knowledge_dir, ignore_errors=True)  # derived: it is made anew
    with desk.write() as session:
        audit.record(session, SYSTEM, "backup.restored", made_at=manifest.made_at)
    return manifest


def key_is_missing(desk: Desk, manifest: Manifest) -> bool:
    """Whether the restored secrets were sealed with a key that this desk does not hold."""
    known = {Vault(secret).fingerprint() for secret in desk.settings.secrets}
    return manifest.key not in known


def _must_fit(desk: Desk, manifest: Manifest) -> None:
    here = copies.kind(desk.database)
    if manifest.database != here:
        raise NotPossible(
            "The backup is of a %(there)s database, and this desk uses %(here)s. Set "
            "HELPDESK_DATABASE_URL to one of the same kind.",
            there=manifest.database,
            here=here,
        )
    known = {one.revision for one in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()}
    if manifest.schema not in known:
        raise NotPossible("This backup was made by a newer helpdesk. Upgrade this one first.")


def _is_empty(desk: Desk) -> bool:
    return not any(desk.settings.files_dir.glob("??/*")) and copies.is_empty(desk.database)


def _keys(desk: Desk, path: Path, manifest: Manifest, folder: Path) -> None:
    """The keys of the backup; the key that is here joins the former ones."""
    if "keys/secret_key" not in manifest.members:
        return
    found: dict[str, bytes] = {}
    for name in ("secret_key", "secret_key_old"):
        if f"keys/{name}" in manifest.members:
            archive.extract(path, f"keys/{name}", folder / name)
            found[name] = (folder / name).read_bytes()
    target = desk.settings.data_dir
    if desk.settings.secret_key.get_secret_value():
        kept_keys.remember(target, tuple(found["secret_key"].split()))
    elif kept_keys.kept(target) != found["secret_key"]:
        kept_keys.replace(target, found["secret_key"])
    kept_keys.remember(target, tuple(found.get("secret_key_old", b"").split()))
