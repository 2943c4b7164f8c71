"""The bot: what it understands, how fast it answers, what it weighs.

CLINC150 is measured from ../shared/nlu/clinc150_data_full.json beside the checkout, or from the
file that HELPDESK_BENCH_CLINC names; where there is none, it says so.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from bot.comparison.desk_stand_in import TOKEN, DeskStandIn
from bot.comparison.talk import Talk
from tests.bot.bot_process import PYTHON, ROOT, BotProcess

QUESTIONS = (
    *("How can I return a jacket?", "yes", "how long does delivery take?", "thanks"),
    *("我的订单到哪了", "算了", "请问怎么退货？", "没有帮到我", "which gas fits?", "2"),
)
CLINC = ROOT.parent / "shared" / "nlu" / "clinc150_data_full.json"
ANSWERS = 200
AT_ONCE = 20


def run(cache: Path) -> list[Figure]:
    return [*_training(cache), *_understanding(), *_answering(cache)]


def _training(cache: Path) -> list[Figure]:
    """A training from nothing: in a folder of its own, without Rasa's cache."""
    told = _tell("bot.train", "--models", str(cache / "bot-models"))
    return [Figure("bot", "training", float(told["seconds"]), "s", limit=120)]  # type: ignore[arg-type]


def _understanding() -> Iterator[Figure]:
    clinc = clinc_file()
    told = _tell("bot.evaluate", *(("--clinc", str(clinc)) if clinc else ()))
    own, outside = told["own"], told.get("clinc150")
    assert isinstance(own, dict)
    note = f"{own['intents']} intents, {own['examples_en']} + {own['examples_zh']} phrasings"
    yield _wrong("English misunderstood, cross-validated", own["cross_validated_en"], 7, note)
    yield _wrong("Chinese misunderstood, cross-validated", own["cross_validated_zh"], 7)
    yield _wrong("learnt English, asked Chinese", own["english_only_on_chinese"], 15)
    if isinstance(outside, dict):
        at = f"threshold {outside['threshold']}, tuned on val"
        yield _wrong("CLINC150 in scope, wrong or rejected", outside["in_scope_accuracy"], 11, at)
        yield _wrong("CLINC150 out of scope, not noticed", outside["out_of_scope_recall"], 14)


def clinc_file() -> Path | None:
    """Says plainly where there is none: a figure that is missing is not a figure that is good.

    Raises ``FileNotFoundError`` for a file that was named and is not there.
    """
    named = os.environ.get("HELPDESK_BENCH_CLINC", "")
    path = Path(named) if named else CLINC
    if path.is_file():
        return path.absolute()
    if named:
        raise FileNotFoundError(f"HELPDESK_BENCH_CLINC names {path}, and there is no such file.")
    print(
        f"bot: CLINC150 was NOT measured. There is no {path}; "
        "HELPDESK_BENCH_CLINC may name another place.",
        file=sys.stderr,
    )
    return None


def _wrong(name: str, right: float, limit: float, note: str = "") -> Figure:
    return Figure("bot", name, round(100 * (1 - right), 1), "%", limit=limit, note=note)


def _answering(cache: Path) -> Iterator[Figure]:
    with _serving(cache) as bot:
        one = Talk(bot.url)
        _timed(one, QUESTIONS)
        each = _timed(one, [QUESTIONS[i % len(QUESTIONS)] for i in range(ANSWERS)])
        yield Figure("bot", "answer, one sender, p50", statistics.median(each), "ms")
        yield Figure("bot", "answer, one sender, p95", _p95(each), "ms", limit=400)
        with ThreadPoolExecutor(AT_ONCE) as people:
            found = list(people.map(lambda _: _talk_through(bot.url), range(AT_ONCE)))
        errors = sum(times is None for times in found)
        together = [ms for times in found if times for ms in times]
        yield Figure("bot", f"{AT_ONCE} talks at once, broken", errors, "", limit=0)
        yield Figure("bot", f"{AT_ONCE} talks at once, p95", _p95(together), "ms")
        yield Figure("bot", "memory of Rasa", _largest_megabytes(bot), "MB", limit=1000)


@contextmanager
def _serving(cache: Path) -> Iterator[BotProcess]:
    desk = DeskStandIn()
    bot = BotProcess(cache / "bot", desk.url, TOKEN)
    try:
        yield bot.start()
    finally:
        bot.stop()
        desk.close()


def _talk_through(url: str) -> list[float] | None:
    """None when any turn broke."""
    try:
        return _timed(Talk(url), QUESTIONS)
    except AssertionError:
        return None


def _timed(talk: Talk, questions) -> list[float]:  # type: ignore[no-untyped-def]
    times = []
    for question in questions:
        started = time.perf_counter()
        assert talk.say(question).text, question
        times.append((time.perf_counter() - started) * 1000)
    return times


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _largest_megabytes(bot: BotProcess) -> float:
    from benchmarks.accounting import memory

    assert bot.rasa
    return float(int(memory(bot.rasa.pid)[0]))


def _tell(module: str, *words: str) -> dict[str, object]:
    """What the bot's own environment prints as JSON."""
    command = [str(PYTHON), "-W", "ignore", "-m", module, *words]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = outcome.stdout
    return dict(json.loads(said if said.startswith("{\n") else said.splitlines()[-1]))
