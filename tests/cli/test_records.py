"""`helpdesk ingest`, `show` and `reply`, as other programs call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.test_walks import bounce_of
from tests.cli.conftest import Helpdesk
from tests.factories import Mail

ROW = {"file", "envelope", "outcome", "ticket", "message", "customer", "reason"}
RECORD = {
    "ticket",
    "subject",
    "status",
    "owner",
    "requester",
    "subject_tag",
    "messages",
}
MESSAGE = {
    "seq",
    "direction",
    "visibility",
    "channel",
    "author",
    "to",
    "cc",
    "subject",
    "text",
    "new_text",
    "html",
    "attachments",
    "deliveries",
    "thread_reason",
    "sent_at",
}


def written(folder: Path, name: str, mail: Mail | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(mail))
    return str(path)


def test_a_mail_on_a_fresh_desk_is_one_line_of_json(helpdesk: Helpdesk, mails: Path) -> None:
    file = written(mails, "a.eml", Mail())
    (row,) = helpdesk("ingest", "email", file, "--json").rows
    assert set(row) == ROW
    assert (row["file"], row["outcome"], row["message"]) == (file, "created", 1)
    (record,) = helpdesk("show", "ticket", str(row["ticket"]), "--json").rows
    assert record["ticket"] == row["ticket"]


def test_a_repeat_is_a_duplicate_and_names_the_first_ticket(
    helpdesk: Helpdesk, mails: Path
) -> None:
    mail = Mail()
    file = written(mails, "a.eml", mail)
    (first,) = helpdesk("ingest", "email", file, "--json").rows
    (again,) = helpdesk("ingest", "email", file, "--json").rows
    mail.headers["Received"] = "from elsewhere.example; Sat, 21 Nov 2026 11:00:00 +0000"
    other_way = written(mails, "b.eml", mail)
    (other,) = helpdesk("ingest", "email", other_way, "--json").rows
    (copy,) = helpdesk("ingest", "email", file, "--inbox", "b@tarnfold.example", "--json").rows
    for row in (again, other, copy):
        assert (row["outcome"], row["ticket"], row["message"]) == ("duplicate", first["ticket"], 1)
    (record,) = helpdesk("show", "ticket", str(first["ticket"]), "--json").rows
    assert len(record["messages"]) == 1


def test_a_folder_is_read_in_name_order_whatever_the_files_are_called(
    helpdesk: Helpdesk, mails: Path
) -> None:
    names = ["1", "2.txt", "3.eml", "10.msg", "sub/4.eml", "sub/deeper/5"]
    files = [written(mails, name, Mail()) for name in names]
    rows = helpdesk("ingest", "email", str(mails), "--json").rows
    assert [row["file"] for row in rows] == sorted(files, key=Path)
    assert {row["outcome"] for row in rows} == {"created"}


def test_an_mbox_is_many_mails(helpdesk: Helpdesk, mails: Path) -> None:
    each = [bytes(Mail(text=f">From the start\r\n{n}")).replace(b"\r\n", b"\n") for n in range(3)]
    box = b"".join(b"From ann@fjell.example Sat Nov 21 10:00:00 2026\n" + m + b"\n" for m in each)
    file = written(mails, "box", box)
    rows = helpdesk("ingest", "email", file, "--json").rows
    assert [row["file"] for row in rows] == [file] * 3
    assert {row["outcome"] for row in rows} == {"created"}
    assert len({row["ticket"] for row in rows}) == 3
    assert {r["outcome"] for r in helpdesk("ingest", "email", file, "--json").rows} == {"duplicate"}


def test_several_paths_are_taken_in_the_order_given(helpdesk: Helpdesk, mails: Path) -> None:
    files = [written(mails, name, Mail()) for name in ("b", "a")]
    rows = helpdesk("ingest", "email", *files, "--json").rows
    assert [row["file"] for row in rows] == files


def test_an_empty_folder_is_no_mistake(helpdesk: Helpdesk, mails: Path) -> None:
    assert helpdesk("ingest", "email", str(mails), "--json").stdout == ""


def test_what_cannot_be_read_is_quarantined_and_blocks_nothing(
    helpdesk: Helpdesk, mails: Path
) -> None:
    written(mails, "a", b"")
    written(mails, "b", Mail())
    bad, good = helpdesk("ingest", "email", str(mails), "--json").rows
    assert (bad["outcome"], bad["ticket"], bad["message"]) == ("quarantined", None, None)
    assert bad["reason"]
    assert good["outcome"] == "created"
    again, _ = helpdesk("ingest", "email", str(mails), "--json").rows
    assert (again["outcome"], again["ticket"]) == ("duplicate", None)
    (replayed,) = helpdesk("replay", str(bad["envelope"]), "--json").rows
    assert (replayed["envelope"], replayed["outcome"]) == (bad["envelope"], "quarantined")


def test_a_bounce_names_its_ticket_and_fails_that_delivery(helpdesk: Helpdesk, mails: Path) -> None:
    (opened,) = helpdesk("ingest", "email", written(mails, "a", Mail()), "--json").rows
    ticket = str(opened["ticket"])
    (said,) = helpdesk("reply", ticket, "On its way.", "--json").rows
    bounce = written(mails, "bounce", bounce_of(said["message_id"], "ann@fjell.example"))
    (row,) = helpdesk("ingest", "email", bounce, "--json").rows
    assert (row["outcome"], row["ticket"], row["message"]) == ("bounce", opened["ticket"], None)
    (again,) = helpdesk("ingest", "email", bounce, "--json").rows
    assert (again["outcome"], again["ticket"]) == ("duplicate", opened["ticket"])
    (record,) = helpdesk("show", "ticket", ticket, "--json").rows
    (delivery,) = record["messages"][1]["deliveries"]
    assert delivery["state"] == "failed"
    assert "550" in delivery["reason"]


def test_out_of_office_is_a_note_and_a_reply_joins(helpdesk: Helpdesk, mails: Path) -> None:
    (opened,) = helpdesk("ingest", "email", written(mails, "a", Mail()), "--json").rows
    (said,) = helpdesk("reply", str(opened["ticket"]), "On its way.", "--json").rows
    answers = {"In-Reply-To": said["message_id"]}
    away = Mail(headers={**answers, "Auto-Submitted": "auto-replied"})
    (note,) = helpdesk("ingest", "email", written(mails, "b", away), "--json").rows
    (more,) = helpdesk("ingest", "email", written(mails, "c", Mail(headers=answers)), "--json").rows
    assert (note["outcome"], note["ticket"]) == ("note", opened["ticket"])
    assert (more["outcome"], more["ticket"], more["message"]) == (
        "appended",
        opened["ticket"],
        4,
    )


def test_a_reply_leaves_before_there_is_any_agent(helpdesk: Helpdesk, mails: Path) -> None:
    (opened,) = helpdesk("ingest", "email", written(mails, "a", Mail()), "--json").rows
    (said,) = helpdesk("reply", str(opened["ticket"]), "It is on its way. 已发出", "--json").rows
    assert set(said) == {"ticket", "seq", "message_id"}
    assert (said["ticket"], said["seq"]) == (opened["ticket"], 2)
    assert said["message_id"].startswith("<")
    assert said["message_id"].endswith(">")
    (record,) = helpdesk("show", "ticket", str(opened["ticket"]), "--json").rows
    assert set(record) == RECORD
    for message in record["messages"]:
        assert set(message) == MESSAGE
    reply = record["messages"][1]
    assert reply["text"] == "It is on its way. 已发出"
    assert record["subject_tag"] == f"[#{opened['ticket']}]"
    assert reply["subject"].endswith(record["subject_tag"])
    assert reply["deliveries"][0]["message_id"] == said["message_id"]
    assert reply["deliveries"][0]["state"] == "sent"


def test_a_reply_is_by_the_agent_who_is_named(helpdesk: Helpdesk, mails: Path) -> None:
    (opened,) = helpdesk("ingest", "email", written(mails, "a", Mail()), "--json").rows
    email = "mei@tarnfold.example"
    helpdesk("agent", "add", email, "--name", "Mei Chen", "--password", "password123")
    helpdesk("reply", str(opened["ticket"]), "Hello", "--agent", email)
    (record,) = helpdesk("show", "ticket", str(opened["ticket"]), "--json").rows
    author = record["messages"][1]["author"]
    assert (author["kind"], author["name"], author["email"]) == ("agent", "Mei Chen", email)


def test_several_tickets_are_one_object_a_line(helpdesk: Helpdesk, mails: Path) -> None:
    for name in "ab":
        written(mails, name, Mail())
    numbers = [str(r["ticket"]) for r in helpdesk("ingest", "email", str(mails), "--json").rows]
    rows = helpdesk("show", "ticket", *reversed(numbers), "--json").rows
    assert [str(row["ticket"]) for row in rows] == numbers[::-1]


def test_without_json_people_can_read_it(helpdesk: Helpdesk, mails: Path) -> None:
    said = helpdesk("ingest", "email", written(mails, "a", Mail(subject="Pole")))
    assert "created in ticket" in said.stdout
    number = said.stdout.split("ticket ")[1].split()[0]
    assert "Pole" in helpdesk("show", "ticket", number).stdout
    assert "outbox" in helpdesk("reply", number, "Hello").stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_trouble_while_taking_in_never_soils_the_json(
    helpdesk: Helpdesk, mails: Path, environment: dict[str, str]
) -> None:
    """The file store is broken: what is logged of it goes to stderr."""
    data = Path(environment["HELPDESK_DATA_DIR"])
    data.mkdir(parents=True)
    (data / "files").write_text("not a folder")
    file = b"Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n"
    head = b"From: ann@fjell.example\r\nMessage-ID: <x@fjell.example>\r\n"
    (row,) = helpdesk(
        "ingest", "email", written(mails, "a", head + file + b"\r\nabc"), "--json"
    ).rows
    assert row["outcome"] == "quarantined"
    assert row["reason"]
