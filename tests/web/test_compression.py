"""Pages are carried compressed, for who accepts it, and never of a telling length."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from helpdesk.web.compression import PADDING, WORTH_IT, compressed


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("accepted", ["gzip", "br;q=1, gzip;q=0.5", "*"])
def test_a_page_is_compressed(client, accepted):
    answer = client.get("/login", headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = gzip.decompress(answer.data).decode()
    assert 'name="password"' in page
    assert len(answer.data) < len(page) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_who_does_not_accept_it_gets_the_page_as_it_is(client, accepted):
    answer = client.get("/login", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert 'name="password"' in answer.text


def test_what_is_short_stays_as_it_is(client):
    answer = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < WORTH_IT
    assert "Content-Encoding" not in answer.headers


def test_a_script_is_compressed_once(client):
    answer = client.get("/assets/" + _a_script(client), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data).decode()


def _a_script(client) -> str:
    return client.get("/login").text.split("/assets/")[1].split('"')[0]


def test_the_length_tells_nothing():
    body = b"the same page " * 1000
    lengths = {len(compressed(body)) for _ in range(400)}
    assert len(lengths) > PADDING / 2
    assert max(lengths) - min(lengths) <= PADDING
    assert {gzip.decompress(compressed(body)) for _ in range(20)} == {body}
