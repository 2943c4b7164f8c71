"""The thresholds keep what may go wrong under its limits, also on questions never seen."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.built import default_calibrations
from knowledge_base.calibration import (
    MOST_OFF_TOPIC,
    MOST_WRONG,
    Calibration,
    Example,
    calibrate,
    measure,
)
from knowledge_base.contents import Entry
from knowledge_base.documents import LANGS, Hit, Thresholds
from knowledge_base.library import Library
from knowledge_base.ranking import Candidate
from knowledge_base.rehearsal import rehearse
from knowledge_base.verdict import judge
from tests.knowledge_base.conftest import SHOP, document
from tests.knowledge_base.demo import demo_documents, held_out_off_topic


def examples(seed: int, noise: float = 0.3) -> list[Example]:
    """Right ones score around 1, wrong and off-topic ones around 0."""
    dice = random.Random(seed)
    made = []
    for number in range(400):
        article = f"a{number % 20}" if number < 300 else ""
        right = bool(article) and dice.random() < 0.7
        features = tuple(dice.gauss(float(right), noise + n / 10) for n in range(5))
        made.append(Example(features, right, article))
    return made


@pytest.mark.parametrize("seed", range(5))
def test_the_limits_hold_on_examples_that_were_never_seen(seed: int) -> None:
    learnt = calibrate(examples(seed))
    assert learnt
    assert learnt.error
    assert learnt.error.answered_wrong <= MOST_WRONG
    assert learnt.error.off_topic_answered <= MOST_OFF_TOPIC
    fresh = [each for other in range(5) for each in examples(seed * 5 + other + 100)]
    found = measure(
        fresh, np.array([_confidence(learnt, each) for each in fresh]), learnt.thresholds
    )
    assert found.answered_wrong <= 0.08
    assert found.off_topic_answered <= 0.05
    assert found.answered > 0.5, "a calibration that never answers keeps every limit"


def test_confidence_is_how_often_it_is_right() -> None:
    learnt = calibrate(examples(1, noise=0.8))
    assert learnt
    fresh = [each for seed in range(50, 60) for each in examples(seed, noise=0.8)]
    told = np.array([_confidence(learnt, each) for each in fresh])
    right = np.array([each.right for each in fresh])
    for low in np.arange(0, 1, 0.2):
        some = (told >= low) & (told < low + 0.2)
        assert right[some].mean() == pytest.approx(told[some].mean(), abs=0.08)


def test_too_little_to_learn_from_is_said() -> None:
    assert calibrate([]) is None
    assert calibrate(examples(1)[:300]) is None, "no off-topic questions"
    assert calibrate(examples(1)[290:]) is None, "hardly any others"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), min_size=60, max_size=90))
def test_any_examples_give_thresholds_in_order(found: list[tuple[float, bool]]) -> None:
    """Also when all are right, all are wrong, or all look the same."""
    made = [
        Example((score,) * 5, right and number > 20, "a" if number > 20 else "")
        for number, (score, right) in enumerate(found)
    ]
    learnt = calibrate(made)
    if learnt:
        assert 0 <= learnt.thresholds.offer <= learnt.thresholds.answer <= 1
        assert np.isfinite(learnt.weights).all()


def test_a_calibration_is_kept_as_it_was() -> None:
    learnt = calibrate(examples(3))
    assert learnt
    assert Calibration.from_json(learnt.as_json()) == learnt


def _confidence(learnt: Calibration, example: Example) -> float:
    raw, normal, margin, share, nearness = example.features
    entry = Entry("a:en", "a", "", True, (), frozenset())
    score = float(np.expm1(raw))
    return learnt.confidence(Candidate(entry, score, share, nearness, 0.0, normal, margin=margin))


@pytest.mark.parametrize(
    ("confidences", "kind", "shown"),
    [([], "unknown", 0), ([0.1], "unknown", 0), ([0.4, 0.3], "offer", 2), ([0.9] * 5, "answer", 3)],
)
def test_three_outcomes(confidences: list[float], kind: str, shown: int) -> None:
    hits = [Hit(f"{n}:en", str(n), "", 1.0, each) for n, each in enumerate(confidences)]
    verdict = judge(hits, Thresholds(answer=0.7, offer=0.3))
    assert verdict.kind == kind
    assert len(verdict.hits) == shown


def test_a_phrasing_is_not_in_the_index_while_it_is_asked() -> None:
    """Words that stand in one phrasing only find nothing in the rehearsal."""
    shop = [
        document("boots", "Boot care", phrasings=("xylophone quartz", "muddy boots")),
        document("tents", "Tent poles", phrasings=("bent tent pole", "zanzibar wombat")),
    ]
    asked = rehearse(shop, "en", (), (), None).words
    assert [(each.article, each.right) for each in asked] == [
        ("boots", False),
        ("tents", True),
        ("boots", True),
        ("tents", False),
    ]


def test_small_libraries_start_from_the_demo_articles(tmp_path: Path) -> None:
    library = Library(tmp_path / "kb", None)
    library.rebuild(SHOP)
    state = library.state()
    assert not state.calibrated
    for lang in LANGS:
        demo = default_calibrations()[lang, "words"].thresholds
        assert state.thresholds[lang] == Thresholds(demo.answer, offer=0.0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("demo"), None)
    library.rebuild(demo_documents())
    return library


def test_the_measured_error_is_there_to_be_read(demo: Library) -> None:
    state = demo.state()
    assert state.calibrated
    assert state.encoder_name == "none", "search by words alone says so"
    for lang in LANGS:
        error = state.measured_error[lang]
        assert error.questions > 300
        assert error.off_topic > 100
        assert 0 < error.answered_wrong <= MOST_WRONG
        assert error.off_topic_answered <= MOST_OFF_TOPIC
        assert error.answered > 0.15


@pytest.mark.parametrize("lang", LANGS)
def test_off_topic_questions_that_were_held_out_get_no_answer(demo: Library, lang: str) -> None:
    kinds = [demo.answer(question, lang).kind for question in held_out_off_topic(lang)]
    assert kinds.count("answer") / len(kinds) <= 0.05


@pytest.mark.parametrize("lang", LANGS)
def test_an_article_answers_its_own_phrasings(demo: Library, lang: str) -> None:
    mine = [each for each in demo_documents() if each.lang == lang]
    for each in mine:
        for question in (each.title, each.phrasings[0].upper() + " ?!"):
            verdict = demo.answer(question, lang)
            assert (verdict.kind, verdict.hits[0].slug) == ("answer", each.slug), question
