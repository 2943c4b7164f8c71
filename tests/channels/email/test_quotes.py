"""What is new in a reply, from the mail programs of the world; bounded in time whatever comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.forward import is_forward
from channels.email.html_text import html_to_text
from channels.email.quotes import new_text
from tests.channels.email.samples import samples
from tests.patience import costs_under

TEXTS = samples("replies.txt")
HTML = samples("replies.html.txt")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_only_what_is_new(text):
    assert new_text(text) == "Thanks!"


KEPT = {
    "nothing quoted": "Hello\n\nthere",
    "a sentence with wrote": "Yesterday I wrote:\nplease send it",
    "a sentence on a date": "On Monday at 10:30 we open:\nwill you come?",
    "a list": "- one\n- two\n\n-- not a signature -- really",
    "dashes between": "first\n--\n" + "second\n" * 30,
    "a form": "From: Ann\nDate: today\nTo: you\nSubject: order\nThe form's words",
    "a contact form": "A visitor wrote.\n\nName: Ann\nEmail: a@x.example\nSubject: Order\nHi",
    "a desk": "Sent from my desk, is much easier than my phone.",
    "a signature alone": "--\nAnn",
    "Chinese headings in a sentence": "请把发件人：改成张三\n谢谢",
    "a rule": "above\n________________________________\nbelow",
    "from at a line's start": "From: what you say\nI think that\nit is fine",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_is_no_quote_is_kept(text):
    assert new_text(text) == text.strip()


def test_answers_between_the_lines_are_kept():
    text = "On 1 May 2026, Bob wrote:\n> one?\n\nyes\n\n> two?\n\nno\n\n-- \nAnn"
    assert new_text(text).split() == ["yes", "no"]


def test_nothing_new_is_empty():
    assert new_text("On 1 May 2026, Bob <b@x.example> wrote:\n> old\n") == ""
    assert new_text("> old\n> words") == ""
    assert new_text("") == ""


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Fwd: Order", "see below\n\nFrom: x\nSent: y\nTo: z\n\nold"),
        ("转发: 订单", "请看\n\n发件人: x\n发送时间: y\n收件人: z\n\n旧的"),
        ("Order", "see\n\n---------- Forwarded message ---------\nFrom: x\n\n> old"),
        ("Order", "Begin forwarded message:\n\n> From: x\n> old"),
        ("订单", "-------- 转发邮件信息 --------\n发件人：x\n\n旧的"),
    ],
)
def test_what_is_forwarded_is_meant_to_be_read(subject, text):
    assert is_forward(subject, text)
    assert new_text(text, forward=True) == text


@pytest.mark.parametrize("subject", ["Re: Fwd: Order", "Forwarding agent", "Info: news", ""])
def test_what_is_no_forward(subject):
    assert not is_forward(subject, "Hello\n> old")


@pytest.mark.parametrize("html", HTML.values(), ids=HTML.keys())
def test_only_what_is_new_in_html(html):
    assert new_text(html_to_text(html)) == "Thanks!"


SIZE = 256_000
HOSTILE = [
    "On ", "wrote:\n", "On 1.1.2020 a\n", ">\n", " ", "\n", "From: a\n", "From: a\nb\nc\n", "-",
    "--\n", "_" * 30 + "\n", "On 1/1/20 b@c\n> q\nwrote:\n", "a:\n", "a@b 1/1/2020\n",
    "在 2020年1月1日\n写道\n", "Sent from my a ", "*", "：", "-----Original Message\n", "<" * 50,
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_256_kb_of_hostile_text_take_under_half_a_second(unit):
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    with costs_under(0.5):
        new_text(text)


def test_huge_text_is_kept_whole():
    text = "word " * 2_000_000
    assert new_text(text) == text.strip()
    lines = "line\n" * 500_000
    assert new_text(lines) == lines.strip()


LINES = st.sampled_from(
    ["> old", "new", "", "On 1 May 2026, Bob <b@x.example> wrote:", "-- ", "From: x", "Sent: y",
     "To: z", "-----Original Message-----", "Sent from my iPhone", "写道：", "发件人：张三"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=25).map("\n".join))
def test_new_text_is_made_of_lines_of_the_text(text):
    lines = {line.strip() for line in text.split("\n")}
    assert {line.strip() for line in new_text(text).split("\n")} <= lines | {""}


@given(st.lists(st.text(alphabet="abc def.", min_size=1, max_size=30), max_size=20))
def test_plain_words_are_never_lost(lines):
    text = "\n".join(lines)
    assert new_text(text).split() == text.split()
