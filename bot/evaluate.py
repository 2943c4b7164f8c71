"""How well the bot understands, with honest splits and fixed seeds.

    python -m bot.evaluate                                   # its own two languages
    python -m bot.evaluate --clinc shared/clinc150_data_full.json

Own data: cross-validated, no phrasing being asked while its translation was learnt (bot.folds), and
told for each language; trained on English only and tested on Chinese; what share of questions is
kept at the shipped threshold. CLINC150: 20 examples an intent, the threshold
tuned on the validation part only. Prints JSON. The encoder, the scale, the classifier's settings
and the measure of trust are the pipeline's own.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from knowledge_base.encoder import Vectors
from sklearn.linear_model import LogisticRegression

from bot.components.encoder import as_foreign, raw_vectors, shared_encoder
from bot.examples import Example, shipped_examples
from bot.folds import folds
from bot.language import has_han
from bot.models import HERE
from bot.trust import SCALE, trust_of_all

SEED = 42
FOLDS = 5
CLINC_EXAMPLES = 20
TURNED_AWAY = 0.07  # of CLINC150's questions in scope, on validation data; .06 to .08 do alike
DOUBTED = 0.03  # of our own questions, held out, at the threshold that ships


class Understanding:
    """Encoder, classifier and trust, as in the pipeline, without Rasa around them."""

    def __init__(self, examples: Sequence[Example], settings: dict[str, Any]) -> None:
        raw = raw_vectors([one.text for one in examples])
        self._centre = shared_encoder().mean(raw)
        spoken = [number for number, one in enumerate(examples) if not has_han(one.text)]
        twins = as_foreign(raw[spoken])  # as the pipeline's featurizer does
        self._known = shared_encoder().centred(np.vstack([raw, twins]), self._centre)
        intents = [one.intent for one in [*examples, *(examples[number] for number in spoken)]]
        self._classifier = LogisticRegression(
            solver="lbfgs",
            max_iter=settings["max_iter"],
            class_weight="balanced",
            random_state=SEED,
            multi_class="auto",
        ).fit(self._known * SCALE, intents)

    def of(self, texts: Sequence[str]) -> tuple[list[str], Vectors]:
        """Intents and how far each is to be trusted."""
        vectors = shared_encoder().centred(raw_vectors(list(texts)), self._centre)
        chances = self._classifier.predict_proba(vectors * SCALE)
        intents = self._classifier.classes_[chances.argmax(axis=1)]
        return list(intents), trust_of_all(chances.max(axis=1), vectors, self._known)


def evaluate_own(settings: dict[str, Any]) -> dict[str, float]:
    examples = shipped_examples()
    chinese = [one for one in examples if has_han(one.text)]
    english = [one for one in examples if not has_han(one.text)]
    crossed = _cross_validated(examples, settings)
    return {
        **{f"cross_validated_{name}": value for name, value in crossed.items()},
        "english_only_on_chinese": _accuracy(Understanding(english, settings), chinese),
        "intents": len({one.intent for one in examples}),
        "examples_en": len(english),
        "examples_zh": len(chinese),
    }


def _cross_validated(examples: list[Example], settings: dict[str, Any]) -> dict[str, float]:
    """Both languages are learnt together, as in service; the score is told for each.

    What is asked was learnt in neither language: translations are held out together.
    """
    fold_of = folds(examples, FOLDS, SEED)
    right: dict[str, list[bool]] = {"en": [], "zh": []}
    kept: dict[str, list[bool]] = {"en": [], "zh": []}
    all_trusts: list[float] = []
    for fold in range(FOLDS):
        learnt = [one for one, of in zip(examples, fold_of, strict=True) if of != fold]
        asked = [one for one, of in zip(examples, fold_of, strict=True) if of == fold]
        understanding = Understanding(learnt, settings)
        intents, trusts = understanding.of([one.text for one in asked])
        all_trusts += [float(trusted) for trusted in trusts]
        for one, intent, trusted in zip(asked, intents, trusts, strict=True):
            language = "zh" if has_han(one.text) else "en"
            right[language].append(intent == one.intent)
            kept[language].append(bool(trusted >= settings["threshold"]))
    shares = {language: _share(values) for language, values in right.items()}
    kept_shares = {f"kept_{language}": _share(values) for language, values in kept.items()}
    threshold = round(float(np.quantile(all_trusts, DOUBTED)), 4)
    return {**shares, **kept_shares, "threshold_for_3_percent_doubt": threshold}


def evaluate_clinc(path: Path, settings: dict[str, Any]) -> dict[str, float]:
    data = json.loads(path.read_text(encoding="utf-8"))
    understanding = Understanding(_few(_examples(data["train"]), CLINC_EXAMPLES), settings)
    threshold = _tuned(understanding, _examples(data["val"]))
    tested = _examples(data["test"])
    intents, trusts = understanding.of([one.text for one in tested])
    correct = [intent == one.intent for intent, one in zip(intents, tested, strict=True)]
    _, strange = understanding.of([one.text for one in _examples(data["oos_test"])])
    return {
        "threshold": round(threshold, 4),
        "accuracy_before_threshold": _share(correct),
        "in_scope_accuracy": _share(np.array(correct) & (trusts >= threshold)),
        "in_scope_rejected": _share(trusts < threshold),
        "out_of_scope_recall": _share(strange < threshold),
    }


def _tuned(understanding: Understanding, known: list[Example]) -> float:
    """The threshold that turns away so many of the validation questions that were taught."""
    _, trusts = understanding.of([one.text for one in known])
    return float(np.quantile(trusts, TURNED_AWAY))


def _few(examples: list[Example], number: int) -> list[Example]:
    """``number`` of each intent, drawn with the fixed seed."""
    by_intent: dict[str, list[Example]] = {}
    for one in examples:
        by_intent.setdefault(one.intent, []).append(one)
    draw = random.Random(SEED)
    return [one for intent in sorted(by_intent) for one in draw.sample(by_intent[intent], number)]


def _examples(pairs: Iterable[Sequence[str]]) -> list[Example]:
    return [Example(text, intent) for text, intent in pairs]


def _accuracy(understanding: Understanding, examples: list[Example]) -> float:
    intents, _ = understanding.of([one.text for one in examples])
    return _share(intent == one.intent for intent, one in zip(intents, examples, strict=True))


def _share(values: Iterable[Any]) -> float:
    return round(float(np.mean(list(values))), 4)


def shipped_settings() -> dict[str, Any]:
    """Of config.yml: what the classifier and the doubt component are given."""
    pipeline = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    merged: dict[str, Any] = {}
    for component in pipeline:
        merged |= component
    return {"max_iter": merged["max_iter"], "threshold": merged["threshold"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate")
    parser.add_argument("--clinc", type=Path, metavar="FILE", help="clinc150_data_full.json")
    asked = parser.parse_args()
    settings = shipped_settings()
    outcome: dict[str, Any] = {"settings": settings, "own": evaluate_own(settings)}
    if asked.clinc:
        outcome["clinc150"] = evaluate_clinc(asked.clinc, settings)
    print(json.dumps(outcome, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
