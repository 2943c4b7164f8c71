"""What a rebuild learnt, kept beside its index: encoder, means and calibrations."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from knowledge_base.calibration import Calibration
from knowledge_base.documents import Lang, Thresholds
from knowledge_base.encoder import Vectors
from knowledge_base.generations import write_whole

Mode = Literal["words", "vectors"]
NAME = "built.json"
FORMAT = 2  # counts up when what is kept, or how hits are scored, changes: older ones are rebuilt
DEFAULTS = Path(__file__).with_name("default_calibration.json")


@dataclass
class Built:
    encoder: str  # "none": words alone
    means: dict[Lang, Vectors] = field(default_factory=dict)
    calibrations: dict[tuple[Lang, Mode], Calibration] = field(default_factory=dict)

    def calibration(self, lang: Lang, mode: Mode) -> Calibration:
        """Learnt from these articles, or else from the demo articles.

        What was learnt elsewhere is too sure that few articles are none: such a library offers
        whatever it finds, and answers as strictly as the demo's.
        """
        if learnt := self.calibrations.get((lang, mode)):
            return learnt
        known = default_calibrations()[lang, mode]
        return replace(known, thresholds=Thresholds(known.thresholds.answer, offer=0.0))

    def write(self, folder: Path) -> None:
        kept = {
            "format": FORMAT,
            "encoder": self.encoder,
            "means": {lang: mean.tolist() for lang, mean in self.means.items()},
            "calibrations": to_json(self.calibrations),
        }
        write_whole(folder / NAME, json.dumps(kept))

    @classmethod
    def read(cls, folder: Path) -> Built:
        """Raises ``ValueError`` for what another version wrote, besides what broken files raise."""
        kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if kept.get("format") != FORMAT:
            raise ValueError(f"{folder / NAME} is not of format {FORMAT}")
        means = {lang: np.array(mean, dtype=np.float32) for lang, mean in kept["means"].items()}
        return cls(kept["encoder"], means, from_json(kept["calibrations"]))


def default_calibrations() -> dict[tuple[Lang, Mode], Calibration]:
    """Of the demo articles; what a library with too few phrasings starts from."""
    return from_json(json.loads(DEFAULTS.read_text(encoding="utf-8")))


def to_json(calibrations: dict[tuple[Lang, Mode], Calibration]) -> dict[str, object]:
    return {f"{lang} {mode}": each.as_json() for (lang, mode), each in calibrations.items()}


def from_json(kept: dict[str, dict[str, object]]) -> dict[tuple[Lang, Mode], Calibration]:
    found: dict[tuple[Lang, Mode], Calibration] = {}
    for name, each in kept.items():
        lang, mode = name.split(" ")
        found[lang, mode] = Calibration.from_json(each)  # type: ignore[index]
    return found
