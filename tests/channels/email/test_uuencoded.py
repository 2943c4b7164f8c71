"""Uuencoded blocks in the text become files; what only looks like one stays text."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.uuencoded import taken_out
from tests.channels.email.mails import mail, message
from tests.patience import costs_under


def block(data: bytes, name: str = "report.pdf", mode: str = "644") -> str:
    lines = [data[i : i + 45] for i in range(0, len(data), 45)]
    encoded = "".join(binascii.b2a_uu(line).decode() for line in lines)
    return f"begin {mode} {name}\n{encoded}`\nend"


def test_a_block_in_a_mail_is_a_file():
    found = message(mail(f"Here it is.\n\n{block(b'%PDF ' * 40)}\n\nRegards\nAnn"))
    assert found.text == "Here it is.\n\n\nRegards\nAnn"
    assert [(file.name, file.content_type, file.data) for file in found.files] == [
        ("report.pdf", "application/pdf", b"%PDF " * 40)
    ]


def test_several_blocks_with_names_made_safe():
    text = f"{block(b'one', '../a.txt')}\nand\n{block(b'two', '报价.txt', '0755')}"
    found = message(mail(text))
    assert [(file.name, file.data) for file in found.files] == [
        ("a.txt", b"one"),
        ("报价.txt", b"two"),
    ]
    assert found.text == "and"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line.rstrip() for line in text.split("\n")),
        lambda text: text.replace("`\nend", " \nend"),
        lambda text: text.replace("`\nend", "end"),
        lambda text: text.replace("`", " "),
    ],
)
def test_as_other_programs_write_it(change):
    data = bytes(range(200)) + b"\0\0\0"
    _, files = taken_out(change(block(data, "a.bin")).replace("\r\n", "\n"))
    assert [file.data for file in files] == [data]


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 reading at page three\nit is good\nend",
        "begin 644 a.txt\n#86)C\nbut it never ends",
        "begin 644 a.txt\n#86)C\nBREAK IN THE MIDDLE and words\nend",
        "begin 999 a.txt\n#86)C\n`\nend",
        "We begin 644 a.txt\n#86)C\n`\nend",
        "begin 644 a.txt\nend",
        "the end\nend",
    ],
)
def test_what_is_no_block_stays_text(text):
    assert taken_out(text) == (text, [])


@given(st.binary(max_size=300), st.text(alphabet="ab \n", max_size=40))
def test_any_file_comes_back_and_no_word_is_lost(data, words):
    text, files = taken_out(f"{words}\n{block(data)}\n{words}")
    assert [file.data for file in files] == [data]
    assert text == f"{words}\n{words}"


@given(st.lists(st.sampled_from(["begin 644 a", "end", "`", "#86)C", "words", "M" * 61, ""])))
def test_lines_are_either_text_or_in_a_file(lines):
    text, files = taken_out("\n".join(lines))
    assert text.count("words") == lines.count("words")
    assert len(files) <= lines.count("end")


@pytest.mark.parametrize(
    "unit", ["begin 644 a\n", "begin 644 a\n#86)C\n", "M" * 61 + "\n", "end\n"]
)
def test_hostile_text_is_cheap(unit):
    text = "begin 644 a\n" + unit * (5_000_000 // len(unit)) + "end"
    with costs_under(1.5):
        taken_out(text)
