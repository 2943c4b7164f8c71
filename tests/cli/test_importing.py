"""`helpdesk import`, `helpdesk export` and `helpdesk token`, as other programs call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Helpdesk

PEOPLE = "Client no,Name,Email\n1,Ann,ann@fjell.example\n2,Ben,ben@\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_a_dry_run_and_an_import_say_what_becomes_of_each_row(
    helpdesk: Helpdesk, file: Path, tmp_path: Path
) -> None:
    columns = ("--map", "Client no=external_id")
    check = helpdesk("import", "customers", str(file), *columns, "--dry-run", "--json")
    assert [row.get("outcome") for row in check.rows] == ["created", "refused", None]
    assert check.rows[1]["reason"] == "“ben@” is not an email address."
    assert check.rows[-1] | {"run": 0} == {
        "run": 0, "task": "check", "state": "done", "rows": 2, "created": 1, "updated": 0,
        "unchanged": 0, "refused": 1,
    }  # fmt: skip
    done = helpdesk("import", "customers", str(file), *columns)
    assert (done.code, done.stdout) == (
        0, "1 created, 0 updated, 0 unchanged, 1 refused. Run 2.\n"
    )  # fmt: skip
    assert "Row 3: “ben@” is not an email address." in done.stderr
    out = tmp_path / "out.csv"
    helpdesk("export", "customers", str(out))
    assert "ann@fjell.example" in out.read_text("utf-8-sig")
    helpdesk("export", "customers", str(out), "--search", "an")
    assert "ann@fjell.example" in out.read_text("utf-8-sig")


def test_tickets_are_exported_by_the_filter_of_an_address(
    helpdesk: Helpdesk, tmp_path: Path
) -> None:
    table, out = tmp_path / "old.csv", tmp_path / "out.csv"
    table.write_text("ID,Subject,Text,Email,Tags\n1,Pole,Broken,a@x.example,refund\n"
                     "2,Stove,Cold,b@x.example,\n")  # fmt: skip
    helpdesk("import", "tickets", str(table))
    helpdesk("export", "tickets", str(out), "--filter", "tag=refund")
    lines = out.read_text("utf-8-sig").splitlines()
    assert ["Pole" in line for line in lines] == [False, True]
    said = helpdesk("export", "tickets", str(out), "--filter", "status=opne", code=2)
    assert "“opne” is no status" in said.stderr


def test_mistakes_end_in_a_sentence(helpdesk: Helpdesk, file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    said = helpdesk("import", "customers", str(empty), code=2)
    assert said.code == 2
    assert said.sentence.endswith("The file is empty.")
    assert (
        "no column “Nope”"
        in helpdesk("import", "customers", str(file), "--map", "Nope=name", code=2).stderr
    )


def test_a_token_has_the_scopes_that_were_named(helpdesk: Helpdesk) -> None:
    helpdesk("agent", "add", "mei@x.example", "--name", "Mei", "--password", "password123")
    made = helpdesk("token", "create", "--agent", "mei@x.example", "--scope", "tickets:read")
    assert made.stdout.startswith("hd_")
    strange = helpdesk("token", "create", "--agent", "mei@x.example", "--scope", "all", code=2)
    assert strange.sentence.endswith("There is no scope all.")
