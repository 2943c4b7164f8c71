"""The article search: how often it is right, how often it knows that it is not, and how soon.

    python -m benchmarks.knowledge [--keep]

``--keep`` writes what the demo articles' rebuild learnt to knowledge_base/default_calibration.json,
for libraries with too few phrasings of their own.

Asked are questions in tests/knowledge_base that stand in no article and that nothing was tuned
on: neither the weights of the search nor the thresholds, which come from the articles' own
phrasings and from the bundled off-topic questions.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.figures import Figure, table
from knowledge_base import generations
from knowledge_base.built import DEFAULTS, Built, to_json
from knowledge_base.documents import LANGS, Document
from knowledge_base.encoder import Encoder, load
from knowledge_base.library import Library
from tests.knowledge_base.demo import HeldOut, demo_documents, held_out, held_out_off_topic

KINDS = ("plain", "story")  # as one types into a search box; as one tells what happened
LEAST_RANK = 0.90  # mean reciprocal rank among ten
MOST_WRONG = 8.0  # % of the questions answered with the wrong article
MOST_OFF_TOPIC = 5.0  # % of the off-topic questions answered
ARTICLES = 1000  # of one language, for the speeds
SEARCH = 20.0  # ms
TYPING = 30.0  # ms
MIN_TYPED = 2  # characters after which suggestions are fetched
TURNS = 300


def run(cache: Path, *, keep: bool = False) -> list[Figure]:
    encoder = load("both")
    name = encoder.name if encoder else "none"
    with tempfile.TemporaryDirectory(prefix="kb-", dir=_made(cache)) as folder:
        by_meaning = Library(Path(folder) / "meaning", encoder)
        by_meaning.rebuild(demo_documents())
        if keep:
            _keep_calibration(Path(folder) / "meaning")
        by_words = Library(Path(folder) / "words", None)
        by_words.rebuild(demo_documents())
        figures = [
            *_quality(by_meaning, f"encoder {name}", promised=True),
            *_quality(by_words, "words alone", promised=False),
        ]
        figures += _speed(Path(folder) / "large", encoder, by_meaning)
    return figures


def _made(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _keep_calibration(library: Path) -> None:
    learnt = Built.read(generations.current(library)).calibrations
    DEFAULTS.write_text(json.dumps(to_json(learnt), indent=1) + "\n", encoding="utf-8")


# Quality


def _quality(library: Library, how: str, *, promised: bool) -> list[Figure]:
    figures: list[Figure] = []
    for lang in LANGS:
        name = f"{how}, {lang}"
        asked = held_out(lang)
        verdicts = [(library.answer(each.question, lang), each.slug) for each in asked]
        answered = [(v.hits[0].slug, slug) for v, slug in verdicts if v.kind == "answer"]
        offered = [v for v, slug in verdicts if v.kind == "offer"]
        wrong = sum(given != slug for given, slug in answered)
        ranks = [_reciprocal(library, each.question, lang, each.slug) for each in asked]
        off_topic = [library.answer(q, lang).kind for q in held_out_off_topic(lang)]
        note = (
            f"of {len(asked)} questions {len(answered)} answered, {len(offered)} offered three, "
            f"{len(asked) - len(answered) - len(offered)} not known"
        )
        # A figure's limit is the most that it may be, so the rank is told as what it lacks.
        figures += [
            _figure(
                f"1 - MRR@10, {name}",
                1 - statistics.mean(ranks),
                "",
                promised and 1 - LEAST_RANK,
                _by_kind(asked, ranks),
            ),
            _figure(
                f"answered wrong, {name}",
                100 * wrong / len(asked),
                "%",
                promised and MOST_WRONG,
                note,
            ),
            _figure(
                f"off-topic answered, {name}",
                _percent(off_topic, "answer"),
                "%",
                promised and MOST_OFF_TOPIC,
                f"of {len(off_topic)}; {_percent(off_topic, 'unknown'):.0f} % not known",
            ),
        ]
    return figures


def _by_kind(asked: Sequence[HeldOut], ranks: Sequence[float]) -> str:
    of = {
        kind: [rank for each, rank in zip(asked, ranks, strict=True) if each.kind == kind]
        for kind in KINDS
    }
    return "MRR@10 " + ", ".join(f"{kind} {statistics.mean(of[kind]):.3f}" for kind in KINDS)


def _reciprocal(library: Library, question: str, lang: str, slug: str) -> float:
    found = [hit.slug for hit in library.search(question, lang, limit=10)]
    return 1 / (found.index(slug) + 1) if slug in found else 0.0


def _percent(kinds: Sequence[str], kind: str) -> float:
    return 100 * kinds.count(kind) / len(kinds)


def _figure(name: str, value: float, unit: str, limit: float | bool, note: str = "") -> Figure:
    return Figure("knowledge", name, round(value, 3), unit, limit or None, note)


# Speed


def _speed(folder: Path, encoder: Encoder | None, small: Library) -> list[Figure]:
    large = Library(folder, encoder)
    began = time.perf_counter()
    large.rebuild([*_many("en"), *_many("zh")])
    minutes = (time.perf_counter() - began) / 60
    figures = [Figure("knowledge", f"rebuild, {2 * ARTICLES:,} articles", minutes, "min")]
    for lang in LANGS:
        questions = [each.question for each in held_out(lang)][:TURNS]
        typed = [q[:n] for q in questions[:40] for n in range(MIN_TYPED, min(len(q), 30), 3)]
        figures += [
            _timed(large.search, questions, lang, f"search, {ARTICLES:,} articles", SEARCH),
            _timed(large.suggest, typed, lang, f"typing, {ARTICLES:,} articles", TYPING),
            _timed(small.search, questions, lang, "search, demo articles", None),
        ]
    return figures


def _timed(
    ask: Callable[[str, str], object],
    texts: Sequence[str],
    lang: str,
    name: str,
    limit: float | None,
) -> Figure:
    for text in texts[:10]:
        ask(text, lang)
    took, worked = [], []
    for text in texts:
        began, worked_before = time.perf_counter(), time.thread_time()
        ask(text, lang)
        worked.append((time.thread_time() - worked_before) * 1000)
        took.append((time.perf_counter() - began) * 1000)
    cuts, cpu = statistics.quantiles(took, n=20), statistics.quantiles(worked, n=20)
    note = f"p50 {cuts[9]:.1f} ms; CPU p50 {cpu[9]:.1f} ms, p95 {cpu[18]:.1f} ms"
    return Figure("knowledge", f"{name}, {lang}, p95", cuts[18], "ms", limit, note)


def _many(lang: str) -> list[Document]:
    """The demo articles, then as many again as are wanted, of their sentences mixed."""
    real = [each for each in demo_documents() if each.lang == lang]
    dice = random.Random(7)
    sentences = [line for each in real for line in each.text.splitlines() if len(line) > 5]
    phrasings = [text for each in real for text in each.phrasings]
    made = [
        replace(
            real[0],
            id=f"made{number}:{lang}",
            slug=f"made{number}",
            title=f"{dice.choice(phrasings)} {number}",
            text="\n".join(dice.sample(sentences, 12)),
            phrasings=tuple(dice.sample(phrasings, 4)),
        )
        for number in range(ARTICLES - len(real))
    ]
    return [*real, *made]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="as the calibration of small libraries")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        print(table(run(Path(folder), keep=keep)))


if __name__ == "__main__":
    main()
