"""Trains the bot when what it learns from has changed, and lets the new model serve.

    python -m bot.train                          # into .setup/bot-models, or HELPDESK_BOT_MODELS
    python -m bot.train --extra candidates.yml --no-switch

Prints one JSON line: {"model", "trained", "seconds", "path"}.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from bot.models import HERE, Models, fingerprint, models_folder


class TrainingFailed(Exception):
    """Rasa did not make a model; it has said why."""


def train(models: Models, extra: list[Path], *, switch: bool) -> dict[str, object]:
    """One training at a time in a folder; the second waits and finds the first one's model."""
    models.folder.mkdir(parents=True, exist_ok=True)
    with (models.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started = time.monotonic()
        name = fingerprint(extra)
        missing = not models.path(name).exists()
        if missing:
            _train_to(models.path(name), extra)
        if switch and models.current != name:
            models.switch(name)
    seconds = round(time.monotonic() - started, 1)
    return {
        "model": name,
        "trained": missing,
        "seconds": seconds,
        "path": str(models.path(name)),
    }


def _train_to(target: Path, extra: list[Path]) -> None:
    """Trains beside the target and moves it there, so that a half-written model never serves."""
    import rasa.model_training

    os.chdir(HERE)  # Rasa keeps its cache in the working folder
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(target.parent / ".cache"))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".training-") as folder:
        result = rasa.model_training.train(
            domain=str(HERE / "domain.yml"),
            config=str(HERE / "config.yml"),
            training_files=[str(HERE / "data"), *map(str, extra)],
            output=folder,
            fixed_model_name=target.name,
            force_training=True,
        )
        if not result.model:
            raise TrainingFailed("Rasa made no model; see above.")
        Path(result.model).replace(target)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot.train", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--models", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--extra", type=Path, action="append", default=[], metavar="FILE.yml")
    parser.add_argument("--no-switch", action="store_true", help="do not let the model serve yet")
    asked = parser.parse_args()
    models = Models((asked.models or models_folder()).absolute())
    extra = [path.absolute() for path in asked.extra]
    try:
        outcome = train(models, extra, switch=not asked.no_switch)
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
