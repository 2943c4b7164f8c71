"""Chinese is whole: every sentence in use is translated, with its placeholders, in good form."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from helpdesk.translations import catalogues
from helpdesk.translations.convert import to_traditional
from helpdesk.translations.messages import messages_in_use

HAN = "\u3400-\u9fff"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
LATIN_AFTER_HAN = re.compile(rf"[{HAN}][,;!?](?:\s|$)|[{HAN}][.:](?:\s|$)")
STUCK_TOGETHER = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")


@pytest.fixture(scope="module")
def in_use() -> Catalog:
    return messages_in_use()


@pytest.fixture(scope="module")
def simplified() -> Catalog:
    return catalogues.read(catalogues.SIMPLIFIED)


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_there_is_something_to_translate(in_use: Catalog) -> None:
    assert len(in_use) > 200


def test_every_sentence_in_use_is_translated(in_use: Catalog, simplified: Catalog) -> None:
    missing = catalogues.untranslated(in_use, simplified)
    assert not missing, "run python -m helpdesk.translations update, and translate:\n" + "\n".join(
        missing
    )


def test_placeholders_are_the_same(simplified: Catalog) -> None:
    for message in entries(simplified):
        wanted = set(PLACEHOLDER.findall(ids(message)[-1]))
        for words in said(message):
            assert set(PLACEHOLDER.findall(words)) == wanted, ids(message)


def test_punctuation_after_han_is_full_width(simplified: Catalog) -> None:
    bad = [w for m in entries(simplified) for w in said(m) if LATIN_AFTER_HAN.search(w)]
    assert not bad


def test_a_space_stands_between_han_and_latin(simplified: Catalog) -> None:
    sentences = [PLACEHOLDER.sub(" ", w) for m in entries(simplified) for w in said(m)]
    bad = [words for words in sentences if STUCK_TOGETHER.search(words)]
    assert not bad


def test_traditional_is_whole_and_traditional(in_use: Catalog, simplified: Catalog) -> None:
    own = catalogues.read(catalogues.TRADITIONAL)
    traditional = catalogues.traditional(simplified, own)
    assert not catalogues.untranslated(in_use, traditional)
    message = traditional.get("Your session ended. Your draft is kept.")
    assert message is not None
    assert message.string == "登入已結束。草稿已儲存。"


def test_own_words_win(simplified: Catalog) -> None:
    own = Catalog(locale="zh_Hant")
    own.add("Email", "電子郵件")
    message = catalogues.traditional(simplified, own).get("Email")
    assert message is not None
    assert message.string == "電子郵件"


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("用公司账号登录", "用公司帳號登入"),
        ("没有与“%(words)s”相符的内容", "沒有與「%(words)s」相符的內容"),
        ("移除 {name}", "移除 {name}"),
        ("软件 %(n)s 分钟", "軟體 %(n)s 分鐘"),
    ],
)
def test_conversion(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional


def test_what_is_compiled_is_what_the_pages_read(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import shutil

    from babel.support import Translations

    for locale in (catalogues.SIMPLIFIED, catalogues.TRADITIONAL):
        target = tmp_path / locale / "LC_MESSAGES"
        target.mkdir(parents=True)
        shutil.copy(catalogues.path_of(locale), target)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.compile_all()
    words = {
        locale: Translations.load(tmp_path, [locale]).gettext("Not delivered")
        for locale in ("zh_Hans", "zh_Hant", "en")
    }
    assert words == {"zh_Hans": "未送达", "zh_Hant": "未送達", "en": "Not delivered"}
