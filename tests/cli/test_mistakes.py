"""Promise 9 on the command line: a user's mistake gets one sentence and exit 2, no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Helpdesk
from tests.factories import Mail
from tests.servers.desk_process import HELPDESK
from tests.servers.ports import free_port

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HUGE = "99999999999999999999"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ingest", "email", "/no/such/file"], "does not exist"),
        (["ingest", "email"], "Missing argument"),
        (["show", "ticket", "4242"], "There is no ticket 4242"),
        (["show", "ticket", HUGE], f"There is no ticket {HUGE}"),
        (["show", "ticket", "0"], "There is no ticket 0"),
        (["show", "ticket", "one"], "'one' is not a valid integer"),
        (["reply", "4242", "Hello"], "There is no ticket 4242"),
        (["reply", HUGE, "Hello"], f"There is no ticket {HUGE}"),
        (["reply", "4242", "  "], "Write something"),
        (["reply", "4242", "Hello", "--agent", "nobody@x.example"], "nobody@x.example"),
        (["replay", "4242"], "There is no envelope 4242"),
        (["replay", HUGE], f"There is no envelope {HUGE}"),
        (["token", "create", "--agent", "nobody@x.example"], "nobody@x.example"),
        (["agent", "add", "a@b.example", "--name", "A", "--password", "short"], "10 characters"),
        (["agent", "add", "not an address", "--name", "A", "--password", "x" * 12], "address"),
        (["seed", "--tickets", "many"], "'many' is not a valid integer"),
        (["db", "upgrade", "nowhere"], "nowhere"),
        (["bot", "ask", "hello"], "HELPDESK_BOT_URL is not set"),
    ],
)
def test_promise_9_a_mistake_is_one_sentence(
    helpdesk: Helpdesk, words: list[str], said: str
) -> None:
    answer = helpdesk(*words, code=2)
    assert said in answer.sentence
    assert answer.stdout == ""


@on_sqlite
@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DATABASE_URL", "mysql://localhost/x", "HELPDESK_DATABASE_URL is wrong"),
        ("DATABASE_URL", "postgresql://127.0.0.1:9/none", "HELPDESK_DATABASE_URL"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "HELPDESK_DATABASE_URL"),
        ("DATABASE_URL", "postgresql://[", "HELPDESK_DATABASE_URL"),
        ("DATA_DIR", "/dev/null/data", "/dev/null/data"),
        ("DATA_DIR", "/proc/data", "/proc/data"),
        ("PORT", "eighty", "HELPDESK_PORT is wrong"),
        ("PORT", "70000", "HELPDESK_PORT is wrong"),
        ("SMTP_SECURITY", "some", "HELPDESK_SMTP_SECURITY is wrong"),
        ("WORKERS", "2", "HELPDESK_REDIS_URL"),
    ],
)
def test_promise_9_a_wrong_setting_is_one_sentence(
    helpdesk: Helpdesk, setting: str, value: str, said: str
) -> None:
    answer = helpdesk("show", "ticket", "1", code=2, **{f"HELPDESK_{setting}": value})
    assert said in answer.sentence
    assert answer.stdout == ""


@on_sqlite
def test_promise_9_a_file_that_is_no_database_is_one_sentence(
    helpdesk: Helpdesk, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    url = f"sqlite:///{tmp_path / 'letter.txt'}"
    answer = helpdesk("show", "ticket", "1", code=2, HELPDESK_DATABASE_URL=url)
    assert "HELPDESK_DATABASE_URL" in answer.sentence


@on_sqlite
@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:port", "127.0.0.1:99999"])
@pytest.mark.parametrize("command", ["run", "serve"])
def test_promise_9_an_impossible_listener_is_one_sentence(
    helpdesk: Helpdesk, command: str, listen: str
) -> None:
    more = {"HELPDESK_SMTP_LISTEN": listen, "HELPDESK_PORT": str(free_port())}
    assert "HELPDESK_SMTP_LISTEN" in helpdesk(command, code=2, **more).sentence


@on_sqlite
@pytest.mark.parametrize("setting", ["PORT", "SMTP_LISTEN"])
@pytest.mark.parametrize("command", ["run", "serve"])
def test_promise_9_a_taken_port_is_named_with_its_cure(
    helpdesk: Helpdesk, command: str, setting: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = {"HELPDESK_PORT": str(free_port())}
        wanted[f"HELPDESK_{setting}"] = f"127.0.0.1:{port}" if setting != "PORT" else str(port)
        said = helpdesk(command, code=2, **wanted).sentence
    assert f"127.0.0.1:{port} cannot be used" in said
    assert f"HELPDESK_{setting}" in said


@on_sqlite
def test_promise_9_a_real_process_says_it_too(environment: dict[str, str]) -> None:
    outcome = run(environment, "show", "ticket", "4242", "--json")
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr == "helpdesk: There is no ticket 4242.\n"


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(HELPDESK), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_promise_9_words_that_are_no_text_are_one_sentence(helpdesk: Helpdesk, mails: Path) -> None:
    (mails / "a.eml").write_bytes(bytes(Mail()))
    (row,) = helpdesk("ingest", "email", str(mails), "--json").rows
    answer = helpdesk("reply", str(row["ticket"]), "Caf\udce9", code=2)
    assert "This is not UTF-8: 'Caf\\udce9'" in answer.sentence
    (record,) = helpdesk("show", "ticket", str(row["ticket"]), "--json").rows
    assert len(record["messages"]) == 1


def test_a_file_whose_name_is_no_text_is_taken_in_and_the_next_one_too(
    helpdesk: Helpdesk, mails: Path
) -> None:
    for name in (b"a-\xff.eml", b"b.eml"):
        Path(os.fsdecode(os.fsencode(mails) + b"/" + name)).write_bytes(bytes(Mail()))
    rows = helpdesk("ingest", "email", str(mails), "--json").rows
    assert [Path(row["file"]).name for row in rows] == ["a-\\xff.eml", "b.eml"]
    assert [row["outcome"] for row in rows] == ["created"] * 2


@on_sqlite
def test_promise_9_questions_that_are_no_text_are_one_sentence(
    helpdesk: Helpdesk, tmp_path: Path
) -> None:
    (tmp_path / "questions.txt").write_bytes("Où est ma commande ?\n".encode("latin-1"))
    answer = helpdesk("search", "--from-file", str(tmp_path / "questions.txt"), code=2)
    assert "the file is not UTF-8" in answer.sentence


@on_sqlite
@pytest.mark.parametrize(
    "words",
    [b"- slug: [", "- slug: é".encode("latin-1"), b"- names: [a]", b"- slug: a\n  names: {en: A}\n"
     b"  position: first", b"- names: nothing"],
)  # fmt: skip
def test_promise_9_categories_that_cannot_be_read_are_one_sentence(
    helpdesk: Helpdesk, tmp_path: Path, words: bytes
) -> None:
    (tmp_path / "categories.yaml").write_bytes(words)
    assert helpdesk("kb", "import", str(tmp_path), code=2).sentence.startswith("helpdesk: ")
