"""What is asked in a cross-validation was learnt in neither language."""

from collections import Counter

from bot.examples import Example, shipped_examples
from bot.folds import folds, groups
from bot.language import has_han

FOLDS = 5


def test_no_phrasing_is_asked_while_its_translation_was_learnt() -> None:
    examples = shipped_examples()
    held_out = folds(examples, FOLDS, seed=42)
    place = {(one.text, one.intent): fold for one, fold in zip(examples, held_out, strict=True)}
    for english, chinese in (
        (("how do I return something", "return_item"), ("怎么退货", "return_item")),
        (("can I change my order", "change_order"), ("我可以修改订单吗", "change_order")),
        (("my parcel is lost", "parcel_problem"), ("我的包裹丢了", "parcel_problem")),
        (("how heavy is the tent", "product_question"), ("帐篷有多重", "product_question")),
    ):
        assert place[english] == place[chinese], english
    for fold in range(FOLDS):
        asked = {group for group, of in zip(groups(examples), held_out, strict=True) if of == fold}
        learnt = {group for group, of in zip(groups(examples), held_out, strict=True) if of != fold}
        assert asked
        assert not asked & learnt


def test_each_fold_asks_as_much_of_every_intent_in_each_language() -> None:
    examples = shipped_examples()
    counted: dict[tuple[str, bool], Counter[int]] = {}
    for one, fold in zip(examples, folds(examples, FOLDS, seed=42), strict=True):
        counted.setdefault((one.intent, has_han(one.text)), Counter())[fold] += 1
    for name, by_fold in counted.items():
        sizes = [by_fold[fold] for fold in range(FOLDS)]
        assert max(sizes) - min(sizes) <= 1, (name, sizes)


def test_the_seed_says_the_folds() -> None:
    examples = [Example(f"word {number}", "greet") for number in range(20)]
    assert folds(examples, FOLDS, seed=1) == folds(examples, FOLDS, seed=1)
    assert folds(examples, FOLDS, seed=1) != folds(examples, FOLDS, seed=2)
