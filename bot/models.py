"""Trained models in a folder, and the pointer that says which one serves.

``<fingerprint>.tar.gz`` are the models; ``current`` and ``previous`` hold a name each.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KEPT = 5  # models, the ones in use among them


class NoSuchModel(Exception):
    """The text says which model is missing."""


@dataclass(frozen=True)
class Models:
    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.tar.gz"

    @property
    def current(self) -> str | None:
        return self._named("current")

    @property
    def previous(self) -> str | None:
        return self._named("previous")

    def switch(self, name: str) -> None:
        """Let ``name`` serve; the one before it is kept for a roll back."""
        if not self.path(name).exists():
            raise NoSuchModel(f"There is no model {name} in {self.folder}.")
        before = self.current
        if before and before != name:
            self._point("previous", before)
        self._point("current", name)
        self._clean_up()

    def roll_back(self) -> str:
        """Let the model before this one serve; returns its name."""
        before = self.previous
        if not before:
            raise NoSuchModel("There is no model to go back to.")
        self.switch(before)
        return before

    def _named(self, pointer: str) -> str | None:
        """None when the pointer, or what it points to, is not there."""
        try:
            name = (self.folder / pointer).read_text().strip()
        except OSError:
            return None
        return name if name and self.path(name).exists() else None

    def _point(self, pointer: str, name: str) -> None:
        fresh = self.folder / f".{pointer}.{os.getpid()}"
        fresh.write_text(name + "\n")
        fresh.replace(self.folder / pointer)

    def _clean_up(self) -> None:
        by_age = sorted(self.folder.glob("*.tar.gz"), key=lambda path: -path.stat().st_mtime)
        in_use = {self.path(name) for name in (self.current, self.previous) if name}
        for path in [path for path in by_age if path not in in_use][KEPT - len(in_use) :]:
            path.unlink(missing_ok=True)


def models_folder() -> Path:
    """HELPDESK_BOT_MODELS, else beside what set-up made."""
    given = os.environ.get("HELPDESK_BOT_MODELS", "")
    return Path(given).absolute() if given else ROOT / ".setup" / "bot-models"


def fingerprint(extra: Iterable[Path] = ()) -> str:
    """Of everything that a model is made from: data, configuration, components, packages."""
    sha = hashlib.sha256()
    for path in [*training_inputs(), *extra]:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)
        sha.update(str(name).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()[:16]


def training_inputs() -> list[Path]:
    yml = [HERE / "config.yml", HERE / "domain.yml", *(HERE / "data").rglob("*.yml")]
    code = [*(HERE / "components").glob("*.py"), HERE / "language.py", HERE / "entry.py"]
    encoder = [ROOT / "knowledge_base" / name for name in ("encoder.py", "onnx_model.py")]
    return sorted([*yml, *code, *encoder, HERE / "trust.py", HERE / "requirements.txt"])
