"""A desk in one file, and back: every table and every file, on both databases."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from helpdesk.actions import business_hours, inboxes, second_factor
from helpdesk.actions.replies import note
from helpdesk.actions.uploads import Upload
from helpdesk.backup import copies, making, restoring
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Attachment, NotPossible
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.business_time import Interval
from tests.cli.conftest import Helpdesk
from tests.desks import SECRET
from tests.factories import Mail, make_agent, receive


@pytest.fixture
def lived_in(desk: Desk) -> Desk:
    """A desk with something in every corner that this tests."""
    ticket = receive(desk, Mail(text="我要退款")).ticket or 0
    note(desk, SYSTEM, ticket, "See", files=[Upload("a.txt", "text/plain", b"the file")])
    second_factor.offer(desk, make_agent(desk))
    inboxes.add_inbox(
        desk,
        SYSTEM,
        channel="email",
        address="hush@tarnfold.example",
        name="Hush",
        settings={"imap_password": "hush"},
    )
    business_hours.save(
        desk,
        SYSTEM,
        None,
        name="Office",
        timezone="Asia/Shanghai",
        week=((Interval(540, 1080),),) * 7,
        holidays={},
    )
    return desk


@pytest.fixture
def other(desk: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Another machine: an empty database of the same kind, an empty folder."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    if not desk.database.is_sqlite:
        url = request.getfixturevalue("postgres").create(f"other_{tmp_path.name[-20:]}".lower())
    there = open_desk(
        Settings(
            data_dir=tmp_path / "other",
            database_url=url,
            secret_key=SECRET,
            smtp_listen="",
            encoder="none",
        )
    )
    yield there
    there.database.close()


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Every row of every table; what the backup itself wrote down apart."""
    found = {}
    with desk.database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table.startswith("message_search_"):
                continue  # how SQLite keeps its index
            lines = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            found[table] = sorted(str(line) for line in lines if "'backup." not in str(line))
    return found


def files(desk: Desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in desk.settings.files_dir.glob("??/*")}


def nothing(_count: int) -> None: ...


def test_every_table_and_file_comes_back(lived_in: Desk, other: Desk, tmp_path: Path) -> None:
    archive = tmp_path / "desk.tar"
    made = making.make(lived_in, SYSTEM, archive, nothing)
    assert made.files == len(files(lived_in)) > 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    restoring.restore(other, archive)
    assert rows(other) == rows(lived_in)
    assert len(rows(other)) > 30
    assert files(other) == files(lived_in)
    with other.read() as session:
        digest = session.query(Attachment.sha256).filter_by(name="a.txt").scalar()
    assert other.files.read(digest) == b"the file"
    assert receive(other, Mail(text="It goes on.")).ticket, "the restored desk takes mail"


def test_what_is_there_is_replaced_only_with_force(
    lived_in: Desk, other: Desk, tmp_path: Path
) -> None:
    archive = tmp_path / "desk.tar"
    making.make(lived_in, SYSTEM, archive, nothing)
    before = rows(lived_in)
    receive(lived_in, Mail(text="Later than the backup."))
    with pytest.raises(NotPossible, match="--force"):
        restoring.restore(lived_in, archive)
    assert rows(lived_in) != before
    restoring.restore(lived_in, archive, force=True)
    assert rows(lived_in) == before
    with pytest.raises(NotPossible, match="already"):
        making.make(lived_in, SYSTEM, archive, nothing)


def damaged(archive: Path, name: str, change: Any) -> None:
    """The archive again, one member of it changed."""
    with tarfile.open(archive) as tar:
        members = [(info, (tar.extractfile(info) or archive.open("rb")).read()) for info in tar]
    with tarfile.open(archive, "w") as tar:
        for info, was in members:
            data = change(was) if info.name.startswith(name) else was
            info.size = len(data)
            if data:
                tar.addfile(info, io.BytesIO(data))


DAMAGES = {
    "a byte of the database": ("database", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
    "a byte of a file": ("files/", lambda data: data[:-1] + b"?"),
    "a file that is missing": ("files/", lambda _data: b""),
    "no manifest": ("manifest", lambda _data: b""),
    "a manifest that is none": ("manifest", lambda _data: b"[]"),
    "of a later day": ("manifest", lambda data: data.replace(b'"format": 1', b'"format": 99')),
    "of an unknown schema": (
        "manifest",
        lambda data: json.dumps(json.loads(data) | {"schema": "9999"}).encode(),
    ),
}


def test_a_damaged_archive_changes_nothing(lived_in: Desk, other: Desk, tmp_path: Path) -> None:
    for number, (why, (name, change)) in enumerate(DAMAGES.items()):
        archive = tmp_path / f"desk-{number}.tar"
        making.make(lived_in, SYSTEM, archive, nothing)
        damaged(archive, name, change)
        with pytest.raises(NotPossible):
            restoring.restore(other, archive)
        assert copies.is_empty(other.database), why
        assert files(other) == {}, why


def test_an_archive_that_climbs_out_is_refused(other: Desk, tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar"
    (tmp_path / "evil").write_bytes(b"x")
    with tarfile.open(archive, "w") as tar:
        tar.add(tmp_path / "evil", "files/../../evil")
    with pytest.raises(NotPossible, match="does not belong"):
        restoring.restore(other, archive)
    archive.write_bytes(hashlib.sha256(b"").digest() * 100)
    with pytest.raises(NotPossible):
        restoring.restore(other, archive)


def test_the_commands(
    lived_in: Desk, helpdesk: Helpdesk, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    archive = str(tmp_path / "desk.tar")
    said = helpdesk("backup", archive)
    assert "1 files" in said.stdout or "files" in said.stdout
    refused = helpdesk("restore", archive, code=2)
    assert "--force" in refused.sentence
    assert "Restored as of" in helpdesk("restore", archive, "--force").stdout
    assert "already" in helpdesk("backup", archive, code=2).sentence


def test_a_backup_of_the_other_kind_is_refused(
    tmp_path: Path, settings: Settings, lived_in: Desk
) -> None:
    if not lived_in.database.is_sqlite:
        pytest.skip("said once is enough")
    archive = tmp_path / "desk.tar"
    making.make(lived_in, SYSTEM, archive, nothing)
    damaged(
        archive,
        "manifest",
        lambda data: data.replace(b'"database": "sqlite"', b'"database": "postgresql"'),
    )
    with pytest.raises(NotPossible, match="HELPDESK_DATABASE_URL"):
        restoring.restore(lived_in, archive, force=True)


def test_missing_programs_are_named_with_their_cure(
    lived_in: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lived_in.database.is_sqlite:
        pytest.skip("SQLite needs no program")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(copies, "FOLDERS", ())
    with pytest.raises(NotPossible, match="postgresql-client"):
        making.make(lived_in, SYSTEM, tmp_path / "desk.tar", nothing)
    assert not (tmp_path / "desk.tar").exists()


def test_a_backup_in_the_middle_of_writing_is_one_moment(desk: Desk, tmp_path: Path) -> None:
    """What is committed while the copy is made is in it whole or not at all."""
    receive(desk, Mail())
    going = threading.Event()

    def write() -> None:
        for _ in range(20):
            receive(desk, Mail(text="More"))
            going.set()

    writer = threading.Thread(target=write)
    writer.start()
    going.wait(30)
    target = tmp_path / "copy"
    copies.dump(desk.database, target)
    writer.join()
    if desk.database.is_sqlite:
        copy = sqlite3.connect(target)
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tickets = copy.execute("SELECT count(*) FROM tickets").fetchone()
        messages = copy.execute("SELECT count(DISTINCT ticket_id) FROM messages").fetchone()
        assert tickets == messages
        copy.close()
