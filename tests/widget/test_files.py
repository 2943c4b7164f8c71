"""Files in the chat: sent, shown to their visitor, and to nobody else."""

from __future__ import annotations

import io

import pytest

from helpdesk.actions import replies
from helpdesk.actions.uploads import Upload
from helpdesk.desk import Desk
from helpdesk.models import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.fixture
def picture(visitor) -> dict:  # type: ignore[type-arg]
    """A picture that the visitor sent, as their page knows it."""
    answer = visitor.send((io.BytesIO(PNG), "IMG 2231.png", "image/png"), text="Here")
    assert answer.status_code == 201, answer.text
    ((file,),) = [message["files"] for message in visitor.pull()]
    return dict(file)


def test_a_file_is_stored_and_comes_back(app, desk: Desk, picture):
    assert (picture["name"], picture["type"], picture["size"]) == ("IMG 2231.png", "image/png", 58)
    answer = app.test_client().get(picture["url"])
    assert answer.data == PNG
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_file_alone_is_a_message(visitor):
    answer = visitor.send((io.BytesIO(PNG), "a.png", "image/png"))
    assert answer.status_code == 201


def test_a_page_that_a_visitor_sends_is_saved_not_shown(app, visitor):
    visitor.send((io.BytesIO(b"<script>alert(1)</script>"), "a.html", "text/html"))
    visitor.send((io.BytesIO(b"<svg onload='alert(1)'/>"), "a.svg", "image/svg+xml"))
    for message in visitor.pull():
        answer = app.test_client().get(message["files"][0]["url"])
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_agents_file_reaches_the_visitor(app, desk: Desk, visitor, mei):
    visitor.say()
    replies.send(desk, mei, 1, "See", files=[Upload("plan.pdf", "application/pdf", b"%PDF-1.4")])
    file = visitor.pull()[-1]["files"][0]
    assert app.test_client().get(file["url"]).data == b"%PDF-1.4"


def test_promise_6_without_a_pass_a_file_is_not_there(app, visitor, picture):
    client = app.test_client()
    plain = picture["url"].partition("?")[0]
    bearer = {"Authorization": f"Bearer {visitor.token}"}
    assert client.get(plain).status_code == 403
    assert client.get(plain, headers=bearer).status_code == 403
    assert client.get(f"{plain}?t={visitor.token}").status_code == 403
    assert client.get(picture["url"] + "x").status_code == 403


def test_promise_6_a_pass_opens_one_file_only(app, desk: Desk, visitor, picture, mei):
    replies.note(desk, mei, 1, "secret", files=[Upload("secret.pdf", "application/pdf", b"1")])
    with desk.read() as session:
        other = session.query(Attachment.id).filter_by(name="secret.pdf").scalar()
    path, _question, token = picture["url"].partition("?")
    stem = path.rpartition("/")[0]
    assert app.test_client().get(f"{stem}/{other}?{token}").status_code == 403


def test_promise_6_a_pass_does_not_outlive_the_right_to_see(app, desk: Desk, visitor, picture):
    from helpdesk.models import Participant

    with desk.write() as session:
        session.query(Participant).one().confirmed_at = None
    assert app.test_client().get(picture["url"]).status_code == 404


def test_promise_6_even_a_signed_pass_shows_no_file_of_a_note(app, desk: Desk, visitor, mei):
    from helpdesk.rules import visitor_token

    visitor.say()
    replies.note(desk, mei, 1, "secret", files=[Upload("secret.pdf", "application/pdf", b"1")])
    with desk.read() as session:
        number = session.query(Attachment.id).scalar()
    token = visitor_token.file_pass(number, visitor.id, desk.vault.key("visitor tokens"))
    assert app.test_client().get(f"/widget/shop/files/{number}?t={token}").status_code == 404
