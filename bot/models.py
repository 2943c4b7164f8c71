"""Trained models in a folder, and the pointers to them.

``<name>.tar.gz`` is a model, ``<name>.yml`` what it learnt beside the shipped examples,
``<name>.json`` how it was made and ``<name>.report.json`` how it compared with the one in service.
``current``, ``previous``, ``candidate`` and ``left`` (by a roll back) hold a name each.
``in-service.json`` says which model really answers, and since when.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KEPT = 5  # models, the ones in use among them
BESIDE = (".yml", ".json", ".report.json")


class NoSuchModel(Exception):
    """The text says which model is missing, or cannot be read."""


@dataclass(frozen=True)
class Models:
    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.tar.gz"

    def beside(self, name: str, kind: str) -> Path:
        """``kind`` is one of ``BESIDE``."""
        return self.folder / f"{name}{kind}"

    @property
    def current(self) -> str | None:
        return self._named("current")

    @property
    def previous(self) -> str | None:
        return self._named("previous")

    @property
    def candidate(self) -> str | None:
        """The newest one that is to be compared before it may serve."""
        return self._named("candidate")

    @property
    def left(self) -> str | None:
        """The one that people went back from: it does not come back by itself."""
        return self._named("left")

    def propose(self, name: str | None) -> None:
        """Let ``name`` be compared next; None: nothing is to be."""
        if name:
            self._point("candidate", name)
        else:
            (self.folder / "candidate").unlink(missing_ok=True)

    def switch(self, name: str) -> None:
        """Let ``name`` serve; the one before it is kept for a roll back. Raises ``NoSuchModel``."""
        if not self.path(name).exists():
            raise NoSuchModel(f"There is no model {name} in {self.folder}.")
        if not is_whole(self.path(name)):
            raise NoSuchModel(f"Model {name} in {self.folder} is damaged.")
        before = self.current
        if before and before != name:
            self._point("previous", before)
        self._point("current", name)
        for pointer in ("candidate", "left"):
            if self._named(pointer) == name:
                (self.folder / pointer).unlink()
        self._clean_up()

    def roll_back(self) -> str:
        """Let the model before this one serve; returns its name. Raises ``NoSuchModel``."""
        left, before = self.current, self.previous
        if not before or before in (left, self.left):
            raise NoSuchModel("There is no earlier model to go back to.")
        self.switch(before)
        if left:
            self._point("left", left)
        return before

    def note_in_service(self, name: str) -> None:
        """``name`` answers from now on; a restart does not change since when."""
        noted = self.folder / "in-service.json"
        if not noted.exists() or read_json(noted).get("model") != name:
            self.note(noted, {"model": name, "since": moment()})

    def note(self, path: Path, value: dict[str, Any]) -> None:
        self._write(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def write_learnt(self, name: str, text: str) -> None:
        """What customers wrote: for the desk's own account only."""
        self._write(self.beside(name, ".yml"), text, mode=0o600)

    def _named(self, pointer: str) -> str | None:
        """None when the pointer, or what it points to, is not there."""
        try:
            name = (self.folder / pointer).read_text().strip()
        except OSError:
            return None
        return name if name and self.path(name).exists() else None

    def _point(self, pointer: str, name: str) -> None:
        self._write(self.folder / pointer, name + "\n")

    def _write(self, path: Path, text: str, mode: int = 0o644) -> None:
        """All of it, or nothing."""
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.touch(mode=mode)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)

    def _clean_up(self) -> None:
        by_age = sorted(self.folder.glob("*.tar.gz"), key=lambda path: -path.stat().st_mtime)
        named = (self.current, self.previous, self.candidate)
        in_use = {self.path(name) for name in named if name}
        for path in [path for path in by_age if path not in in_use][KEPT - len(in_use) :]:
            path.unlink(missing_ok=True)
            for kind in BESIDE:
                self.beside(path.name.removesuffix(".tar.gz"), kind).unlink(missing_ok=True)


def is_whole(path: Path) -> bool:
    """Whether the archive can be read to its end."""
    try:
        with tarfile.open(path) as archive:
            return sum(member.isfile() for member in archive) > 0
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        return False


def read_json(path: Path) -> dict[str, Any]:
    """Nothing where there is no such file, or none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def moment() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def models_folder() -> Path:
    """HELPDESK_BOT_MODELS, else beside what set-up made."""
    given = os.environ.get("HELPDESK_BOT_MODELS", "")
    return Path(given).absolute() if given else ROOT / ".setup" / "bot-models"


def fingerprint(learnt: str = "") -> str:
    """Of everything that a model is made from: data, configuration, components, packages, and
    what it learnt beside the shipped examples."""
    sha = hashlib.sha256()
    for path in training_inputs():
        name = path.relative_to(ROOT)
        sha.update(str(name).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    if learnt:
        sha.update(b"learnt\0" + hashlib.sha256(learnt.encode()).digest())
    return sha.hexdigest()[:16]


def training_inputs() -> list[Path]:
    yml = [HERE / "config.yml", HERE / "domain.yml", *(HERE / "data").rglob("*.yml")]
    code = [*(HERE / "components").glob("*.py"), HERE / "language.py", HERE / "entry.py"]
    encoder = [ROOT / "knowledge_base" / name for name in ("encoder.py", "onnx_model.py")]
    return sorted([*yml, *code, *encoder, HERE / "trust.py", HERE / "requirements.txt"])
