"""Fetching what the provider keeps: from its hosts only, and not without end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from channels import twilio_media
from channels.message import PermanentFailure, TemporaryFailure
from channels.sms import SmsSettings
from tests.standins.twilio import TwilioStandIn

SEEN: list[str] = []


def test_a_file_is_fetched_through_the_providers_redirect(
    twilio: TwilioStandIn, sms_settings: SmsSettings
) -> None:
    kind, data = twilio.picture
    file = twilio_media.download(twilio.add_media(kind, data), sms_settings)
    assert (file.content_type, file.data) == (kind, data)
    assert file.name.endswith(".png")


def test_too_large_a_file_is_refused(twilio: TwilioStandIn, sms_settings: SmsSettings) -> None:
    limit = twilio_media.MAX_BYTES
    assert limit == 16 * 1024 * 1024
    largest = twilio_media.download(twilio.add_media("video/mp4", bytes(limit)), sms_settings)
    assert largest.data == bytes(limit)
    with pytest.raises(PermanentFailure, match="larger than 16 MB"):
        twilio_media.download(twilio.add_media("video/mp4", bytes(limit + 1)), sms_settings)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://api.twilio.com/2010-04-01/x",  # not over HTTPS
        "https://twilio.com.example.org/x",
        "https://eviltwilio.com/x",
        "https://user@api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com\\@example.org/x",
        "https://example.org/?.twilio.com",
        "https://example.org#.twilio.com",
        "https://s3.amazonaws.com/bucket/x",  # only ever by redirect
        "https://media.twiliocdn.com/x",
        "file:///etc/passwd",
        "https://[::1]/",
        "",
    ],
)
def test_foreign_addresses_are_not_asked(sms_settings: SmsSettings, url: str) -> None:
    with pytest.raises(PermanentFailure):
        twilio_media.download(url, sms_settings)


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/to-loopback", PermanentFailure),
        ("/to-metadata", PermanentFailure),
        ("/to-file", PermanentFailure),
        ("/for-ever", PermanentFailure),
        ("/gone", PermanentFailure),
        ("/not-yet", TemporaryFailure),
        ("/broken", TemporaryFailure),
        ("/cut-short", TemporaryFailure),
    ],
)
def test_a_host_that_misleads_or_fails(
    misleading: str, sms_settings: SmsSettings, path: str, failure: type[Exception]
) -> None:
    settings = sms_settings.model_copy(update={"api_base_url": misleading})
    with pytest.raises(failure):
        twilio_media.download(misleading + path, settings)
    assert "/secret" not in SEEN


def test_a_drip_ends(
    misleading: str, sms_settings: SmsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_media, "MAX_SECONDS", 0.2)
    settings = sms_settings.model_copy(update={"api_base_url": misleading})
    with pytest.raises(TemporaryFailure, match="too slowly"):
        twilio_media.download(f"{misleading}/drip", settings)


def test_no_connection_is_temporary(sms_settings: SmsSettings) -> None:
    settings = sms_settings.model_copy(update={"api_base_url": "http://127.0.0.1:9"})
    with pytest.raises(TemporaryFailure):
        twilio_media.download("http://127.0.0.1:9/x", settings)


@pytest.fixture(scope="module")
def misleading() -> Iterator[str]:
    app = Flask(__name__)
    targets = {
        "to-loopback": "http://localhost:{port}/secret",
        "to-metadata": "http://169.254.169.254/",
        "to-file": "file:///etc/passwd",
        "for-ever": "/for-ever",
    }
    answers = {"gone": 410, "not-yet": 404, "broken": 503}

    @app.get("/<path>")
    def _mislead(path: str) -> ResponseReturnValue:
        SEEN.append(request.path)
        if path in targets:
            return redirect(targets[path].format(port=server.server_port))
        if path == "cut-short":
            return Response(iter([b"half"]), headers={"Content-Length": "1000"})
        if path == "drip":
            return Response(_drip(), content_type="image/png")
        return "", answers.get(path, 200)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def _drip() -> Iterator[bytes]:
    for _ in range(20):
        threading.Event().wait(0.05)
        yield bytes(64 * 1024)
