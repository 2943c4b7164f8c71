"""Trains the bot when what it learns from has changed, and lets the new model serve.

    python -m bot.train                          # into .setup/bot-models, or HELPDESK_BOT_MODELS
    python -m bot.train --extra accepted.yml --candidate

Without ``--extra``, what the model in service has learnt beside the shipped examples stays learnt.
A candidate does not serve: it is to be compared first (`bot.comparison`). Prints one JSON line:
{"model", "trained", "seconds", "path", "shipped", "learnt", "is_in_service", "intents"}, or
{"error"}.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from bot.examples import Example, read, shipped_examples, worth_learning, written
from bot.language import has_han
from bot.locks import Busy, one_at_a_time
from bot.models import HERE, Models, fingerprint, is_whole, models_folder, moment

MISTAKE = 2  # exit code


class TrainingFailed(Exception):
    """Rasa did not make a model; it has said why."""


def train(models: Models, extra: list[Path], *, candidate: bool) -> dict[str, object]:
    """One training at a time in a folder. A candidate's raises ``Busy`` when there is another;
    else the second waits and finds the first one's model."""
    with one_at_a_time(models.folder / ".lock", wait=not candidate):
        started = time.monotonic()
        shipped = shipped_examples()
        learnt = worth_learning(_given(models, extra), shipped)
        name = fingerprint(written(learnt))
        missing = not is_whole(models.path(name))
        if missing:
            _train_to(models, name, learnt)
            _describe(models, name, shipped, learnt, time.monotonic() - started)
        if candidate:
            models.propose(name if name != models.current else None)
        elif not models.current or name not in (models.current, models.left):
            models.switch(name)
    return {
        "model": name,
        "trained": missing,
        "seconds": round(time.monotonic() - started, 1),
        "path": str(models.path(name)),
        "shipped": len(shipped),
        "learnt": len(learnt),
        "is_in_service": name == models.current,
        "intents": sorted({one.intent for one in shipped}),
    }


def _given(models: Models, extra: list[Path]) -> list[Example]:
    """Of the files, else what the model in service has learnt."""
    if not extra and models.current:
        kept = models.beside(models.current, ".yml")
        extra = [kept] if kept.exists() else []
    return [one for path in extra for one in read(path)]


def _train_to(models: Models, name: str, learnt: list[Example]) -> None:
    """Trains beside the target and moves it there, so that a half-written model never serves."""
    import rasa.model_training

    for stale in models.folder.glob(".training-*"):  # of a training that was killed
        shutil.rmtree(stale, ignore_errors=True)
    os.chdir(HERE)  # Rasa keeps its cache in the working folder
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(models.folder / ".cache"))
    if learnt:
        models.write_learnt(name, written(learnt))
    extra = [str(models.beside(name, ".yml"))] if learnt else []
    with tempfile.TemporaryDirectory(dir=models.folder, prefix=".training-") as folder:
        result = rasa.model_training.train(
            domain=str(HERE / "domain.yml"),
            config=str(HERE / "config.yml"),
            training_files=[str(HERE / "data"), *extra],
            output=folder,
            fixed_model_name=f"{name}.tar.gz",
            force_training=True,
        )
        if not result.model:
            raise TrainingFailed("Rasa made no model; see above.")
        Path(result.model).replace(models.path(name))


def _describe(
    models: Models, name: str, shipped: list[Example], learnt: list[Example], seconds: float
) -> None:
    chinese = sum(has_han(one.text) for one in learnt)
    told = {
        "model": name,
        "trained_at": moment(),
        "seconds": round(seconds, 1),
        "shipped": len(shipped),
        "learnt": len(learnt),
        "learnt_by_language": {"en": len(learnt) - chinese, "zh": chinese},
    }
    models.note(models.beside(name, ".json"), told)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot.train", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--models", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--extra", type=Path, action="append", default=[], metavar="FILE.yml")
    parser.add_argument(
        "--candidate", action="store_true", help="do not let the model serve: compare it first"
    )
    asked = parser.parse_args()
    models = Models((asked.models or models_folder()).absolute())
    extra = [path.absolute() for path in asked.extra]
    if asked.candidate:
        os.nice(5)  # the bot in service goes first
    try:
        outcome = train(models, extra, candidate=asked.candidate)
    except Busy:
        print(json.dumps({"error": "A training is running already. Try again when it has ended."}))
        return MISTAKE
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)
        print(json.dumps({"error": str(failure)}))
        return 1
    print(json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
