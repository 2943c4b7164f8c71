"""What strangers' HTML may do on an agent's screen: nothing but look like a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.html import sanitize
from channels.email.html_text import html_to_text
from tests.patience import costs_under


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<iframe src=//evil.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<style>body{background:url(//evil.example)}</style>",
        "<div style='background:url(//evil.example)'>x</div>",
        "<div style='position:fixed;margin:-99px;color:red'>x</div>",
        "<form action=//evil.example><input name=q></form>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
        "<img srcset='//evil.example 1x'>",
        "<table background='//evil.example'><tr><td>x</td></tr></table>",
        "<video poster='//evil.example'></video>",
        "<a href='/tickets/1/deletion'>x</a>",
        "<div id=app class='admin'>x</div>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_nothing_runs_loads_or_escapes(hostile):
    shown = sanitize(hostile).lower()
    for forbidden in (
        "<script", "onerror", "javascript:", "data:text", "evil.example", "<iframe", "<svg",
        "<form", "<input", "position", "margin", "/tickets", "id=", "admin", "<style", "<base",
    ):  # fmt: skip
        assert forbidden not in shown


def test_remote_images_wait_for_a_click_and_inline_ones_do_not():
    shown = sanitize('<img alt=">" src="https://t.example/p.gif"><img src="cid:a@b">')
    assert 'data-src="https://t.example/p.gif"' in shown
    assert ' src="https' not in shown
    assert 'src="cid:a@b"' in shown


def test_links_open_elsewhere_and_tell_nothing():
    shown = sanitize('<a href="https://x.example/a?b=1&c=2">x</a>')
    assert 'href="https://x.example/a?b=1&amp;c=2"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert 'target="_blank"' in shown


def test_what_mails_are_made_of_is_kept():
    html = (
        '<table border="1"><tbody><tr><td colspan="2" style="color:red">a</td></tr></tbody></table>'
    )
    assert sanitize(html) == html
    assert sanitize('<blockquote type="cite">q</blockquote>') == (
        '<blockquote type="cite">q</blockquote>'
    )


@given(st.text(alphabet="<>/=\"' abdivscriptonerror!-&;", max_size=300))
def test_sanitizing_twice_changes_nothing(html):
    once = sanitize(html)
    assert "<script" not in once
    assert sanitize(once) == once


FORMATTING = "".join(f"<font color=c{number}>" for number in range(3_000))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        f"<p>{FORMATTING}</p>" + "<p>x</p>" * 30_000,
        "<table><tr><td>" * 30_000,
        "<div " + " ".join(f"a{number}=1" for number in range(60_000)) + ">x",
        "<" * 2_000_000,
        "<a " * 500_000,
        "<!--" * 500_000,
        "<style>" * 500_000,
        "<blockquote>" * 50_000 + "x",
        "<b>x" * 100_000,
    ],
    ids=lambda html: html[:12],
)
def test_hostile_html_is_cheap(html):
    with costs_under(1.5):
        shown, read = sanitize(html), html_to_text(html)
    assert len(shown) < 3_000_000
    assert len(read) <= len(html)


def test_quoted_blocks_read_as_in_plain_text():
    html = (
        "<div>New</div><div>On 1 May 2026, Bob wrote:</div>"
        "<blockquote type=cite>old<blockquote>older</blockquote></blockquote><p>below</p>"
    )
    assert [line for line in html_to_text(html).split("\n") if line.strip("> ")] == [
        "New",
        "On 1 May 2026, Bob wrote:",
        "> old",
        ">> older",
        "below",
    ]


def test_an_indented_paragraph_is_no_quote():
    html = "<p>a</p><blockquote style='margin:0 0 0 40px;border:none;padding:0'>b</blockquote>"
    assert html_to_text(html).split() == ["a", "b"]


def test_hidden_text_and_titles_are_not_read():
    html = "<head><title>T</title><style>p{}</style></head><p style='display:none'>no</p><p>yes</p>"
    assert html_to_text(html) == "yes"
