"""The demo company, planted once for all tests of a run and copied for each desk that wants it."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from tests.servers.desk_process import DeskProcess

DONE = "planted"


class Nursery:
    """Templates of data folders under ``root``, which all workers of a run share.

    A template is made by whoever asks first; the others wait for it. With SQLite only.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def plant(self, desk: DeskProcess, *, indexed: bool = True) -> None:
        """The demo company without made-up tickets in ``desk``'s folder, which has no data yet;
        ``indexed``: its articles are in the search index, too."""
        encoder = desk.environment["HELPDESK_ENCODER"]
        name = f"demo-{encoder}" if indexed else "demo"
        shutil.copytree(self._template(name, encoder, indexed), desk.data_dir, dirs_exist_ok=True)

    def _template(self, name: str, encoder: str, indexed: bool) -> Path:
        folder = self._root / name
        with (self._root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self._root / f"{name}.{DONE}").exists():
                self._grow(folder, encoder, indexed)
                (self._root / f"{name}.{DONE}").touch()
        return folder

    def _grow(self, folder: Path, encoder: str, indexed: bool) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # of one that was killed half-way
        desk = DeskProcess(folder, settings={"HELPDESK_ENCODER": encoder})
        if indexed:
            self.plant(desk, indexed=False)
            desk.run("kb", "reindex", timeout=300)
        else:
            desk.run("seed", "--tickets", "0", timeout=300)
