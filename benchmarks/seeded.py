"""Databases full of made-up tickets, made once and copied for each run."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk import schema, seeds
from helpdesk.config import Settings
from helpdesk.desk import Desk, opened

SECRET = "only-for-measuring-and-long-enough"


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url="", secret_key=SECRET, smtp_listen="")


def seeded_folder(cache: Path, tickets: int) -> Path:
    """A data folder with ``tickets`` tickets in SQLite, kept in ``cache`` for the next run."""
    folder = cache / f"desk-{tickets}"
    done = folder / "seeded"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        started = time.process_time()
        with opened(settings(folder)) as desk:
            schema.upgrade(desk.database)
            seeds.plant(desk, tickets=tickets, progress=_Progress(tickets))
        done.write_text(f"{time.process_time() - started:.1f}")
        print(f"\r{tickets:,} tickets planted in {done.read_text()} s CPU", file=sys.stderr)
    return folder


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A copy of a seeded folder, for a run that writes; gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-copy-") as place:
        yield shutil.copytree(folder, Path(place) / folder.name)


def seeding_seconds(folder: Path) -> float:
    """Processor seconds that planting took."""
    return float((folder / "seeded").read_text())


class _Progress:
    def __init__(self, whole: int) -> None:
        self._whole, self._done = whole, 0

    def __call__(self, count: int) -> None:
        self._done += count
        if sys.stderr.isatty():
            print(f"\r{self._done:,} of {self._whole:,}", end="", file=sys.stderr)


def desk_of(folder: Path) -> Desk:
    from helpdesk.desk import open_desk

    return open_desk(settings(folder))
