"""In HTML mail, what is quoted is set apart; what is new stands before it, all of it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.html import sanitize
from channels.email.html_quotes import QUOTE_CLASS, fold_quotes
from channels.email.html_text import html_to_text
from tests.channels.email.mails import mail, message, multipart
from tests.channels.email.samples import samples
from tests.patience import costs_under

REPLIES = samples("replies.html.txt") | samples("replies.html.odd.txt")
FOLD = re.compile(rf'<details class="{QUOTE_CLASS}">(.*?)</details>', re.DOTALL)


def shown(html: str) -> str:
    return sanitize(fold_quotes(html))


def open_words(html: str) -> str:
    return html_to_text(FOLD.sub("", shown(html))).strip()


@pytest.mark.parametrize("html", REPLIES.values(), ids=REPLIES.keys())
def test_only_the_quote_of_each_program_is_folded(html):
    found = FOLD.findall(shown(html))
    assert len(found) == 1
    assert re.search("old|旧的|舊的|vanha", found[0])
    assert open_words(html).splitlines()[0] == "Thanks!"


@pytest.mark.parametrize("html", REPLIES.values(), ids=REPLIES.keys())
def test_nothing_of_the_quote_stays_open(html):
    assert open_words(html) == "Thanks!"


FOXMAIL = '<div>Thanks!</div><hr color="#b5c4df" size="1"><div>bob@x.example</div>{}<div>{}</div>'


def test_the_senders_card_is_folded_with_the_quote_below_it_alone():
    quote = "<blockquote>On 1 May 2026, Bob wrote:<br>old</blockquote>"
    assert open_words(FOXMAIL.format(quote, "")) == "Thanks!"
    assert "And one word more." in open_words(FOXMAIL.format(quote, "And one word more."))
    unquoted = FOXMAIL.format("", "Sent from my iPhone")
    assert "bob@x.example" in open_words(unquoted)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello</p><p>nothing quoted, from: me</p>",
        "<blockquote>On 1 May 2026, Bob wrote:<br>old</blockquote>",  # nothing new
        "<p>Hi</p><blockquote style='border:none'>an indented word</blockquote><p>from: me</p>",
        "<p>Yesterday I wrote:</p><p>please send it</p>",
        "",
    ],
)
def test_what_is_no_quote_stays_open(html):
    assert QUOTE_CLASS not in shown(html)


def test_answers_between_the_quotes_keep_them_open():
    html = (
        "<div>On 1 May 2026, Bob wrote:</div><blockquote>one?</blockquote><p>yes</p>"
        "<blockquote>two?</blockquote><p>no</p><div>-- <br>Ann</div>"
    )
    (folded,) = FOLD.findall(shown(html))
    assert "Ann" in folded
    assert open_words(html).split() == ["On", "1", "May", "2026,", "Bob", "wrote:", ">", "one?",
                                        "yes", ">", "two?", "no"]  # fmt: skip


def test_the_fold_keeps_what_is_around_it():
    """A quote deep in a table stays in a table of the same looks."""
    html = (
        "<table><tr><td style='color:red'><p>New</p><hr><blockquote>On 1 May 2026, Bob wrote:<br>"
        "old</blockquote></td></tr></table><p></p>"
    )
    result = shown(html)
    assert result.count('style="color:red"') == 2
    assert (
        result.index("New") < result.index("<details") < result.index("<hr") < result.index("old")
    )


def test_words_that_lie_in_nothing_are_folded_too():
    """The parser puts words after ``</pre>`` straight into the body, as found by fuzzing."""
    html = "在 2026-03-04 15:00，张三 写道：</pre><blockquote>旧的</blockquote>Thanks!"
    assert open_words(html) == "Thanks!"


def test_pictures_above_the_quote_stay_open():
    html = "<p>See</p><p><img src='cid:a'></p><blockquote>On 1 May, b@x.example wrote:</blockquote>"
    assert "cid:a" in FOLD.sub("", shown(html))


def test_a_mail_as_it_comes():
    raw = multipart(
        "Content-Type: text/plain\r\n\r\nNew\r\n\r\nOn 1 May 2026, Bob wrote:\r\n> old",
        f"Content-Type: text/html\r\n\r\n{REPLIES['gmail']}",
        kind="alternative",
    )
    assert len(FOLD.findall(message(raw).html or "")) == 1
    passed_on = mail(REPLIES["gmail"], content_type="text/html", subject="Fwd: x")
    assert "<details" not in (message(passed_on).html or "")


PIECES = st.sampled_from(
    ["<div>", "</div>", "<blockquote>", "</blockquote>", "<p>new", "<br>", "old", "<table><tr><td>",
     "</table>", "<hr>", "On 1 May 2026, Bob wrote:", "From: Bob<br>Sent: x<br>To: y<br>",
     "-- <br>",
     "<div id=divRplyFwdMsg>", "<div class=gmail_attr>", "<img src='cid:x'>", "<pre>a\n> b</pre>",
     "Sent from my iPhone", "<b>", "</b>", "&nbsp;", "<!--", "-->", "<body>", "</html>"]
)  # fmt: skip


def words_of(html: str) -> list[str]:
    return re.sub(r"<[^<>]*>", " ", sanitize(html)).split()


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_not_a_word_is_lost_or_moved(html):
    assert words_of(fold_quotes(html)) == words_of(html)


@given(st.text(alphabet="<>/=\"' abdivblockquotewrote:!-&;", max_size=300))
def test_any_text_is_folded_or_left(html):
    assert "<script" not in shown(html)


@pytest.mark.parametrize(
    "unit",
    ["<blockquote>", "<div>From:", "<p>x<br>", "wrote:<br>", "<div><blockquote>a</blockquote>b",
     "<table><tr><td>From:<br>", "<b>From: a<br>", "> ", "<pre>wrote:\n", "<br>"],
)  # fmt: skip
def test_256_kb_of_hostile_html_are_cheap(unit):
    html = (unit * 256_000)[:250_000] + "<blockquote>x"
    with costs_under(0.5):
        fold_quotes(html)
