"""One Twilio account: its settings, its signature on what it posts, and a client for its API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from pydantic import Field, SecretStr, field_validator
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels import twilio_form, twilio_refusal
from channels.base import ChannelSettings, WebhookRequest
from channels.message import TemporaryFailure, UnknownOutcome, Unreadable

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0


class TwilioSettings(ChannelSettings):
    """What every inbox at Twilio needs, whether for text messages or for calls."""

    account_sid: str = Field(
        pattern=r"^AC[0-9a-fA-F]{32}$",
        title="Account SID",
        description="Starts with AC; on the first page of the Twilio console.",
    )
    auth_token: SecretStr = Field(
        min_length=1,
        title="Auth token",
        description="Beside the account SID. It signs what Twilio sends and what we ask for.",
    )
    api_base_url: str = Field(
        "",
        title="API address",
        description="Leave empty for Twilio's own; a stand-in's address for trying things out.",
    )

    @field_validator("api_base_url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/")


def signed_by(settings: TwilioSettings, request: WebhookRequest) -> bool:
    """Whether ``request`` carries the account's signature over its public URL and its form.

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    signature = request.headers.get("x-twilio-signature", "")
    if not signature:
        return False
    try:
        fields = twilio_form.signed_fields(request.body)
        validator = RequestValidator(settings.auth_token.get_secret_value())
        return bool(validator.validate(request.url, fields, signature))
    except (Unreadable, ValueError):  # ValueError: a URL that cannot be taken apart
        return False


@contextmanager
def client_of(settings: TwilioSettings) -> Iterator[Client]:
    """A client for one call.

    Its connection is never kept: a kept one that the provider closed in the meantime would turn
    an unsent message into one of unknown outcome.
    """
    http = _HttpClient(settings.api_base_url)
    try:
        yield Client(settings.account_sid, settings.auth_token.get_secret_value(), http_client=http)
    finally:
        http.close()


def check(settings: TwilioSettings) -> None:
    """Log in once. Raises ``TemporaryFailure`` or ``PermanentFailure`` with the reason."""
    try:
        with twilio_refusal.translated(), client_of(settings) as client:
            client.api.accounts(settings.account_sid).fetch()
    except UnknownOutcome as doubt:
        raise TemporaryFailure(str(doubt)) from doubt


class _HttpClient(TwilioHttpClient):  # the package has no types
    """Twilio's own HTTP client, pointed at another address when one is set."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base = urlsplit(base_url)
        self.session.mount("https://", _PatientAdapter())
        self.session.mount("http://", _PatientAdapter())

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return super().request(method, self._at_base(url), **kwargs)

    def _at_base(self, url: str) -> str:
        if not self._base.netloc:
            return url
        parts = urlsplit(url)
        path = self._base.path + parts.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))

    def close(self) -> None:
        self.session.close()


class _PatientAdapter(HTTPAdapter):
    """Connects soon or not at all, then waits longer: Twilio's client knows one timeout only."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        return super().send(*args, **kwargs)
