"""Rotating the key: what it sealed opens afterwards, what it signed holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from helpdesk import create_app
from helpdesk.actions import inboxes, outbound_files, second_factor, secret_rotation, sessions
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import Attachment, Base, Inbox, NotPossible, Ticket
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM
from helpdesk.vault import Vault
from tests.cli.conftest import Helpdesk
from tests.desks import SECRET
from tests.factories import Mail, make_agent, receive

NEW = "another-secret-key-that-is-long-enough"


def add_inbox(desk: Desk, address: str = "hush@tarnfold.example") -> int:
    secret = {"imap_password": "hush"}
    return inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=address, name="Hush", settings=secret
    )


def with_keys(desk: Desk, new: str, old: str = "") -> Desk:
    settings = desk.settings.model_copy(
        update={"secret_key": _secret(new), "secret_key_old": _secret(old)}
    )
    return open_desk(settings)


def _secret(words: str):  # type: ignore[no-untyped-def]
    from pydantic import SecretStr

    return SecretStr(words)


def opened(desk: Desk, number: int) -> dict[str, object]:
    with desk.read() as session:
        return desk.values_of(session.get_one(Inbox, number))


def test_everything_that_is_sealed_is_known() -> None:
    known = {column.class_.__tablename__ for _key, column in secret_rotation.SEALED}
    sealed = {table.name for table in Base.metadata.sorted_tables if "sealed" in table.columns}
    assert sealed == known


def test_a_rotation_seals_anew_and_can_be_run_again(desk: Desk) -> None:
    numbers = [add_inbox(desk, f"hush{n}@tarnfold.example") for n in range(3)]
    second_factor.offer(desk, make_agent(desk))
    rotated = with_keys(desk, NEW, SECRET)
    assert secret_rotation.stand(rotated) == secret_rotation.Stand(4, 4, ())
    assert secret_rotation.reseal(rotated, SYSTEM) == 4
    assert secret_rotation.reseal(rotated, SYSTEM) == 0
    rotated.database.close()
    without_old = with_keys(desk, NEW)
    assert [opened(without_old, number) for number in numbers] == [{"imap_password": "hush"}] * 3
    without_old.database.close()


def test_one_that_was_stopped_goes_on(desk: Desk) -> None:
    first, second = add_inbox(desk), add_inbox(desk, "two@tarnfold.example")
    rotated = with_keys(desk, NEW, SECRET)
    with rotated.write() as session:  # as far as it came
        inbox = session.get_one(Inbox, first)
        inbox.sealed = rotated.vault.seal(rotated.vault.open(inbox.sealed))
    assert secret_rotation.stand(rotated).older == 1
    assert secret_rotation.reseal(rotated, SYSTEM) == 1
    assert opened(rotated, second) == {"imap_password": "hush"}
    rotated.database.close()


def test_a_lost_key_stops_it_before_anything_is_touched(desk: Desk) -> None:
    add_inbox(desk)
    with desk.read() as session:
        before = session.scalars(select(Inbox.sealed)).all()
    stranger = with_keys(desk, NEW)
    with pytest.raises(NotPossible, match="inboxes"):
        secret_rotation.reseal(stranger, SYSTEM)
    with desk.read() as session:
        assert session.scalars(select(Inbox.sealed)).all() == before
    stranger.database.close()


def test_promise_9_the_status_of_lost_keys_is_one_sentence(desk: Desk, helpdesk: Helpdesk) -> None:
    add_inbox(desk)
    assert "1 stored secrets" in helpdesk("secrets", "status").stdout
    lost = helpdesk("secrets", "status", code=2, HELPDESK_SECRET_KEY=NEW)
    assert "These open with no key: inboxes" in lost.sentence


def test_sessions_and_signed_addresses_survive(desk: Desk) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    reply_to = plus_address.make(
        "support@tarnfold.example", ticket, desk.vault.key("plus addresses")
    )
    media = outbound_files.signed_url(desk, Attachment(id=7)).split("/")[-2]
    client = create_app(desk).test_client()
    agent = make_agent(desk)
    number = sessions.begin(desk, agent)
    with client.session_transaction() as session:
        session["_user_id"] = f"{agent.id}:1:{number}"
    token = client.get("/tickets").text.split('csrf-token" content="')[1].split('"')[0]

    rotated = with_keys(desk, NEW, SECRET)
    app: Flask = create_app(rotated)
    later = app.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    later.set_cookie("session", cookie.value)
    assert later.get("/tickets").status_code == 200
    form = {"csrf_token": token, "theme": "dark"}
    assert later.post("/preferences", data=form).status_code == 302, "a form of an open page"
    assert outbound_files.attachment_of(rotated, media) == 7
    answer = receive(rotated, Mail(to=reply_to, sender="Bob <bob@fjell.example>", subject="Hm"))
    assert answer.ticket == ticket
    with rotated.read() as session:
        assert session.query(Ticket).count() == 1
    rotated.database.close()


def test_a_key_of_the_desks_own_is_replaced_in_its_folder(
    helpdesk: Helpdesk, settings: Settings, tmp_path: Path
) -> None:
    own = {"HELPDESK_SECRET_KEY": ""}
    desk = open_desk(settings.model_copy(update={"secret_key": _secret("")}))
    number = add_inbox(desk)
    before = (settings.data_dir / "secret_key").read_bytes()
    assert "1 stored secrets" in helpdesk("secrets", "rotate", **own).stdout
    after = (settings.data_dir / "secret_key").read_bytes()
    assert after != before
    assert (settings.data_dir / "secret_key_old").read_bytes().split() == [before]
    assert "0 under a former key" in helpdesk("secrets", "status", **own).stdout
    assert opened(desk, number) == {"imap_password": "hush"}, "a desk that runs rereads its keys"
    desk.database.close()


def test_a_vault_opens_what_any_of_its_keys_sealed() -> None:
    old, new = Vault(b"old"), Vault(b"new", b"old")
    sealed = old.seal({"a": "ü"})
    assert new.open(sealed) == {"a": "ü"}
    assert not new.is_current(sealed)
    assert new.is_current(new.seal({}))
    assert new.key("x") != old.key("x")
    assert new.keys("x")[1] == old.key("x")


def test_no_table_keeps_a_secret_in_the_clear(desk: Desk) -> None:
    add_inbox(desk)
    with desk.database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
            assert "'hush'" not in str(rows), table
