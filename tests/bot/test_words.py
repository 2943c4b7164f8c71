"""Languages, order numbers, sentences: what needs no model."""

import string
from pathlib import Path

import pytest
import yaml

from bot.entry import cannot_get_code, email_in, entry_intent, is_repeated, order_number_in
from bot.language import fold, language_of, settled
from bot.merge import as_one

SENTENCES = Path(__file__).resolve().parent.parent.parent / "bot" / "actions" / "sentences"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order?", "en"),
        ("我的订单到哪了", "zh-Hans"),
        ("我的訂單到哪了", "zh-Hant"),
        ("你好", "zh"),
        ("注文はどこですか", "ja"),
        ("주문이 어디에 있나요", "ko"),
        ("Где мой заказ?", "ru"),
        ("Où est ma commande, s'il vous plaît ?", "fr"),
        ("Wo ist meine Bestellung und wann kommt sie?", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("TF-20841", None),
        ("👍 123", None),
        ("me@example.com", None),
        ("ok", "en"),
        ("Do you have an on-line size chart?", "en"),
    ],
)
def test_the_language_of_a_message(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_without_words_the_talk_goes_on_in_its_language_else_in_the_visitors() -> None:
    assert settled(None, "zh-Hant", "en") == "en"
    assert settled(None, "zh-Hant") == "zh-Hant"
    assert settled("zh", "en") == "zh-Hans"
    assert settled("zh", "en", "zh-Hant") == "zh-Hant"


def test_folding_keeps_every_letter_in_its_place() -> None:
    assert fold("我的訂單 TF-1") == "我的订单 TF-1"


@pytest.mark.parametrize("text", ["TF-20841", "tf20841", "订单TF 20841到哪", "(TF–20841)"])
def test_an_order_number_is_found_however_it_is_written(text: str) -> None:
    assert order_number_in(text) == "TF-20841"


@pytest.mark.parametrize("text", ["T-shirt", "size 42", "AT-20841", "tent 2"])
def test_what_is_no_order_number(text: str) -> None:
    assert order_number_in(text) is None


def test_an_email_address_is_found_in_a_sentence() -> None:
    assert email_in("我的邮箱是jo.b+x@example.co.uk，谢谢") == "jo.b+x@example.co.uk"
    assert email_in("me@example") is None


def test_a_customer_who_came_back_often_is_not_kept_by_the_bot_unless_people_said_so() -> None:
    assert is_repeated({"contacts_lately": 3, "epoch": 1})
    assert not is_repeated({"contacts_lately": 2, "epoch": 1})
    assert not is_repeated({"contacts_lately": 9, "epoch": 2})
    assert entry_intent("hello", "en", "greet", {"contacts_lately": 9}) is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't have access to that email any more",
        "I can’t get into my mailbox",
        "the code never arrived",
        "I cannot get the code",
        "nothing came",
        "I lost my phone",
        "no access",
        "It hasn't come",
        "我收不到验证码",
        "沒有收到簡訊",
        "那个邮箱不用了",
        "我換了手機號",
        "登不上邮箱",
    ],
)
def test_who_cannot_get_at_a_code_says_so_in_many_ways(text: str) -> None:
    assert cannot_get_code(text)
    assert entry_intent(text, "en", "account", {"code_awaited": True}) == "no_access"
    assert entry_intent(text, "en", "account", {}) is None


@pytest.mark.parametrize(
    "text",
    [
        "I got the code",
        "the code arrived",
        "one moment",
        "收到了，等一下",
        "验证码来了",
        "ok",
        "好的",
    ],
)
def test_what_is_said_while_looking_for_a_code_is_no_giving_up(text: str) -> None:
    assert not cannot_get_code(text)


def test_one_turn_gives_one_custom_and_only_the_last_buttons() -> None:
    said = [
        {"text": "a", "buttons": [{"title": "x"}]},
        {"custom": {"commands": [{"do": "answered"}], "understood": {"intent": "a"}}},
        {"text": "b", "buttons": [{"title": "y"}]},
        {"custom": {"commands": [], "understood": {"intent": "a"}, "articles": [{"slug": "s"}]}},
    ]
    *texts, last = as_one(said)
    assert texts == [{"text": "a"}, {"text": "b", "buttons": [{"title": "y"}]}]
    assert last["custom"]["commands"] == [{"do": "answered"}]
    assert last["custom"]["articles"] == [{"slug": "s"}]


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    english, chinese = (
        yaml.safe_load((SENTENCES / f"{name}.yml").read_text(encoding="utf-8"))
        for name in ("en", "zh")
    )
    assert english.keys() == chinese.keys()
    for name, text in english.items():
        assert _gaps(text) == _gaps(chinese[name]), name


def _gaps(text: str) -> set[str | None]:
    return {gap for _, gap, _, _ in string.Formatter().parse(text) if gap}
