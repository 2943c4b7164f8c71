"""Promise 8: the index is derived. It dies, is damaged and is thrown away without harm."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge_base import generations
from knowledge_base.documents import Document
from knowledge_base.library import Library, NotBuilt
from tests.knowledge_base.conftest import SHOP, document

ROOT = Path(__file__).parents[2]

# Says each number before it is written and after it is there, until it is killed.
WRITER = """
import sys
from pathlib import Path
from knowledge_base.library import Library
from tests.knowledge_base.conftest import document
library = Library(Path(sys.argv[1]), None)
print("ready", flush=True)
for number in range(100_000):
    print(f"begun {number}", flush=True)
    text = "canvas " * 200
    library.apply([document(f"n{number}", f"Marker{number}", text)], [])
    print(f"done {number}", flush=True)
"""

REBUILDER = """
import sys
from pathlib import Path
from knowledge_base.library import Library
from tests.knowledge_base.conftest import SHOP
library = Library(Path(sys.argv[1]), None)
print("ready", flush=True)
while True:
    library.rebuild(SHOP)
"""


def slugs(library: Library, question: str) -> list[str]:
    return [hit.slug for hit in library.search(question, "en")]


def test_nothing_built_says_so(tmp_path: Path) -> None:
    library = Library(tmp_path / "kb", None)
    for read in (library.search, library.suggest, library.answer):
        with pytest.raises(NotBuilt):
            read("boots", "en")
    with pytest.raises(NotBuilt):
        library.apply(SHOP, [])
    assert library.state().damaged
    assert library.state().rebuild_needed


def test_a_rebuild_of_nothing_finds_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path / "kb", None)
    library.rebuild([])
    assert library.search("boots", "en") == []
    assert library.answer("boots", "zh").kind == "unknown"
    assert library.state().documents == 0


def test_changes_are_seen_by_every_library_at_once(library: Library) -> None:
    elsewhere = Library(library._folder, None)
    assert slugs(elsewhere, "crampons") == []
    library.apply([document("crampons", "Crampons and rivets")], ["boots:en"])
    assert slugs(elsewhere, "crampons") == ["crampons"]
    assert slugs(elsewhere, "muddy leather") == []
    library.apply([document("crampons", "Ice axes")], [])
    assert slugs(elsewhere, "crampons") == []
    assert slugs(elsewhere, "ice axes") == ["crampons"]
    assert elsewhere.state().documents == len(SHOP)


def test_applying_twice_does_no_harm(library: Library) -> None:
    for _ in range(2):
        library.apply([document("crampons", "Crampons")], ["boots:en", "never:en"])
    assert slugs(library, "crampons") == ["crampons"]
    assert library.state().documents == len(SHOP)


def test_readers_go_on_while_it_is_rebuilt_and_changed(library: Library) -> None:
    """Never an error, never an empty answer, whatever moves beneath."""
    stop = threading.Event()
    faults: list[object] = []
    asked = [0]

    def read() -> None:
        while not stop.is_set():
            try:
                found = slugs(library, "muddy leather")
                asked[0] += 1
                if found[:1] != ["boots"]:
                    faults.append(found)
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(6):
        library.rebuild(SHOP)
        library.apply([document(f"n{number}", "Crampons")], [f"n{number - 1}:en"])
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert asked[0] > 10


def test_writers_wait_for_each_other(library: Library) -> None:
    def write(number: int) -> None:
        Library(library._folder, None).apply([document(f"n{number}", f"Marker{number}")], [])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        assert slugs(library, f"marker{number}") == [f"n{number}"]


def test_a_change_during_a_rebuild_is_kept(library: Library) -> None:
    """It waits for the rebuild and lands in the new index."""
    started = threading.Event()
    rebuild = threading.Thread(
        target=lambda: library.rebuild(SHOP, lambda done, steps: started.set())
    )
    rebuild.start()
    started.wait(10)
    Library(library._folder, None).apply([document("crampons", "Crampons")], [])
    rebuild.join()
    assert slugs(library, "crampons") == ["crampons"]


@pytest.mark.parametrize("seed", range(4))
def test_a_writer_killed_at_any_moment_leaves_a_readable_index(library: Library, seed: int) -> None:
    said = _killed(WRITER, library._folder, after=random.Random(seed).uniform(0.05, 0.6))
    done = [int(line.split()[1]) for line in said if line.startswith("done")]
    for number in done:
        assert slugs(library, f"marker{number}") == [f"n{number}"], "a commit was lost"
    assert slugs(library, "muddy leather") == ["boots"]
    library.apply([document("after", "Crampons")], [])
    assert slugs(library, "crampons") == ["after"]


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_killed_at_any_moment_leaves_a_readable_index(
    library: Library, seed: int
) -> None:
    _killed(REBUILDER, library._folder, after=random.Random(seed).uniform(0.05, 0.6))
    assert slugs(library, "muddy leather") == ["boots"]
    library.rebuild(SHOP)
    left = [path for path in library._folder.iterdir() if path.name.startswith("index-")]
    assert len(left) == 1, "what a killed rebuild left is removed by the next"


def _killed(script: str, folder: Path, *, after: float) -> Sequence[str]:
    """What the child process had said when ``kill -9`` met it."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    said = child.stdout.read().splitlines()
    assert child.wait() == -signal.SIGKILL
    return said


def test_a_deleted_folder_is_rebuilt(library: Library) -> None:
    shutil.rmtree(library._folder)
    with pytest.raises(NotBuilt):
        library.search("boots", "en")
    library.rebuild(SHOP)
    assert slugs(library, "muddy leather") == ["boots"]


@pytest.mark.parametrize("damage", ["truncated", "garbled", "emptied", "missing"])
def test_a_damaged_file_is_an_answer_or_not_built(tmp_path: Path, damage: str) -> None:
    """Each file in turn (one language's will do); never another error, and always curable."""
    whole = tmp_path / "whole"
    Library(whole, None).rebuild(SHOP)
    files = [
        path.relative_to(whole)
        for path in whole.rglob("*")
        if path.is_file() and path.parent.name != "zh"
    ]
    assert len(files) > 4
    for number, name in enumerate(files):
        folder = tmp_path / f"copy{number}"
        shutil.copytree(whole, folder)
        _damage(folder / name, damage)
        library = Library(folder, None)
        for read in (library.search, library.suggest, library.answer):
            try:
                read("muddy leather", "en")
            except NotBuilt:
                assert name.name != "lock"
        library.state()
        library.rebuild(SHOP)
        assert slugs(library, "muddy leather") == ["boots"], name


def _damage(path: Path, how: str) -> None:
    raw = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "garbled":
        path.write_bytes(bytes(byte ^ 0x5A for byte in raw))
    else:
        path.write_bytes(raw[: len(raw) // 2] if how == "truncated" else b"")


def test_a_pointer_out_of_the_folder_is_not_followed(library: Library) -> None:
    (library._folder / "current").write_text("../index-elsewhere")
    with pytest.raises(NotBuilt):
        library.search("boots", "en")


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    documents: list[Document] = list(SHOP)
    Library(tmp_path / "kb", None).rebuild(
        documents, lambda done, steps: told.append((done, steps))
    )
    assert told[-1][0] == told[-1][1] > len(documents)
    assert told == sorted(told)


def test_an_index_of_another_format_is_built_anew(library: Library, tmp_path: Path) -> None:
    """It may have been scored otherwise, and its calibration would be of another search."""
    built = generations.current(tmp_path / "kb") / "built.json"
    kept = json.loads(built.read_text(encoding="utf-8"))
    built.write_text(json.dumps({**kept, "format": 1}), encoding="utf-8")
    again = Library(tmp_path / "kb", None)
    assert again.state().rebuild_needed
    with pytest.raises(NotBuilt):
        again.search("return", "en")
    again.rebuild(SHOP)
    assert again.search("return", "en")
