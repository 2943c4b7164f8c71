"""Which files are kept from people."""

import pytest

from helpdesk.rules.file_policy import USUAL, BadPolicy, FilePolicy, entries, refusal


@pytest.mark.parametrize(
    ("name", "head", "size", "is_refused"),
    [
        ("photo.jpg", b"\xff\xd8", 10, False),
        ("invoice.pdf.exe", b"MZ", 10, True),
        ("SETUP.EXE", b"", 10, True),
        ("run.js ", b"", 10, True),
        ("photo.jpg", b"MZ\x90\x00", 10, True),
        ("exe", b"", 10, False),
        ("report.exe.txt", b"", 10, False),
        ("film.mp4", b"", 26_214_401, True),
    ],
)
def test_the_usual_policy(name, head, size, is_refused):
    assert bool(refusal(USUAL, name, "application/octet-stream", head, size)) is is_refused


def test_types_are_refused_too():
    policy = FilePolicy(frozenset({"image/svg+xml"}))
    assert refusal(policy, "a.svg", "Image/SVG+xml", b"<svg", 9)
    assert not refusal(policy, "a.exe", "application/x-msdownload", b"MZ", 9)


def test_what_is_typed_is_read():
    assert entries(" *.EXE, .scr；exe\nimage/svg+xml ") == ["exe", "scr", "image/svg+xml"]
    for typed in ("a.b", "exe!", "/x"):
        with pytest.raises(BadPolicy):
            entries(typed)
