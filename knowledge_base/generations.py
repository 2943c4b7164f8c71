"""Folders of an index, of which one is current: a rebuild makes a new one and moves a pointer.

``<folder>/current`` holds the name of the folder that is read. Readers never wait; writers of
all processes queue at ``<folder>/lock``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge_base.documents import NotBuilt

POINTER = "current"
PREFIX = "index-"


def current(folder: Path) -> Path:
    """The folder to read. Raises ``NotBuilt`` when there is none."""
    named = _named(folder)
    while not named.is_dir():
        # It may have been replaced since the pointer was read: then that points elsewhere now.
        before, named = named, _named(folder)
        if named == before:
            raise NotBuilt(f"The index in {folder} is damaged")
    return named


def _named(folder: Path) -> Path:
    try:
        name = (folder / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise NotBuilt(f"There is no index in {folder}") from fault
    named = folder / name
    if not name.startswith(PREFIX) or named.parent != folder:
        raise NotBuilt(f"The index in {folder} is damaged")
    return named


def start(folder: Path) -> Path:
    """A new, empty folder, which nobody reads yet."""
    generation = folder / f"{PREFIX}{uuid.uuid4().hex}"
    generation.mkdir(parents=True)
    return generation


def publish(generation: Path) -> None:
    """From now on ``generation`` is read; the others go. All or nothing, whenever it dies."""
    for path in generation.rglob("*"):
        if path.is_file():
            _sync(path)
    write_whole(generation.parent / POINTER, generation.name)
    sweep(generation.parent, generation)


def sweep(folder: Path, keep: Path | None) -> None:
    """Removes what was replaced and what a killed rebuild left."""
    for path in folder.glob(f"{PREFIX}*"):
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """One writer at a time, of all processes; the system frees the lock of a killed one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str) -> None:
    """The old file or the new one, never a half."""
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}.draft")
    draft.write_text(text, encoding="utf-8")
    _sync(draft)
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
