"""Articles are shown to strangers: whatever is written, what comes out is harmless."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.markdown import ATTRIBUTES, SCHEMES, TAGS, opening, plain_text, render
from tests.patience import costs_under


class Seen(HTMLParser):
    """Tags and attributes as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://a.example></iframe>",
    "`</code><script>alert(1)</script>`",
    "<javascript:alert(1)>",
    "<style>*{display:none}</style>",
    "[x]: javascript:alert(1)\n\n[x]",
]


def assert_harmless(html: str) -> None:
    seen = Seen(html)
    assert seen.tags <= TAGS
    for tag, name, value in seen.attributes:
        assert name in ATTRIBUTES.get(tag, set()) | {"rel"}
        if name in ("href", "src") and ":" in value.partition("/")[0]:
            assert value.partition(":")[0] in SCHEMES, value


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_markdown_is_harmless(markdown: str) -> None:
    assert_harmless(render(markdown))


@given(st.text(alphabet="<>[]()!\"'`&;:/\\ \n*_#|-=~jscript:onerror", max_size=200))
def test_any_markdown_is_harmless(markdown: str) -> None:
    assert_harmless(render(markdown))


def test_what_writers_use_is_kept() -> None:
    html = render(
        "# Returns\n\n**Free** for *60* days.\n\n1. one\n2. two\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n[Boot care](boot-care) ![a boot](/files/boot.png)\n"
    )
    assert "<h2>Returns</h2>" in html
    for kept in ("<strong>Free</strong>", "<ol>", "<td>1</td>", 'href="boot-care"', "boot.png"):
        assert kept in html


def test_plain_text_is_what_a_reader_sees() -> None:
    text = plain_text("# Hot & cold\n\nUse **1 < 2**.\n\n| gas | fuel |\n|---|---|\n| a | b |\n")
    assert text == "Hot & cold\nUse 1 < 2.\ngas fuel\na b"


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Sixty days.\n\n## What we ask\n\nIt is unused.", "Sixty days. It is unused."),
        ("First one here. " + "word " * 20, "First one here."),
        ("unbroken words " * 9, "unbroken words unbroken words unbroken…"),
        ("收到退货后办理退款。" * 6, "收到退货后办理退款。" * 3),
        ("| gas | fuel |\n|---|---|\n| a | b |\n", "gas fuel a b"),
        ("", ""),
    ],
)
def test_an_opening_is_whole_sentences_of_the_running_text(markdown: str, said: str) -> None:
    assert opening(markdown, 40) == said


@pytest.mark.parametrize(
    "markdown",
    [piece * (200_000 // len(piece)) for piece in ("[", "*a ", "> ", "`a", "![](", "_a__b")],
    ids=lambda text: text[:4],
)
def test_a_pathological_article_costs_bounded_time(markdown: str) -> None:
    with costs_under(10):
        render(markdown)


def test_lone_surrogates_and_control_characters_are_survived() -> None:
    assert "fine" in render("\ud800 fine \x00\x1b[2J")
