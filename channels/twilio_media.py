"""Pictures and recordings that Twilio keeps for us: where they may be, and how to get them."""

from __future__ import annotations

import mimetypes
import re
import time
from urllib.parse import urljoin, urlsplit

import requests

from channels.message import InboundFile, PermanentFailure, TemporaryFailure
from channels.twilio_account import CONNECT_SECONDS, READ_SECONDS, TwilioSettings

MAX_BYTES = 16 * 1024 * 1024
MAX_SECONDS = 60.0  # for one file, however slowly it drips
MAX_HOPS = 3
_CHUNK = 64 * 1024

_OWN_HOSTS = ("twilio.com", "twiliocdn.com")
_STORES = ("s3.amazonaws.com", "s3-external-1.amazonaws.com")  # where media has been redirected to
_NOT_READY = (404, 408, 425, 429)  # a recording is announced a moment before it can be had
_PLAIN_URL = re.compile(r"https?://[!-\[\]-~]+")  # printable ASCII without backslash


def name_for(stem: str, content_type: str) -> str:
    """A file name that is safe to show and to save: "picture-1.png"."""
    kind = content_type.partition(";")[0].strip().lower()
    return stem + (mimetypes.guess_extension(kind) or ".bin")


def download(url: str, settings: TwilioSettings) -> InboundFile:
    """The file at ``url``, 16 MB at most, from Twilio's hosts or the configured one only.

    Raises ``PermanentFailure`` for a foreign address, a refusal or a file that is too large, and
    ``TemporaryFailure`` for what may come right later.
    """
    deadline = time.monotonic() + MAX_SECONDS
    try:
        with requests.Session() as session:
            return _follow(session, url, settings, deadline)
    except requests.RequestException as error:
        raise TemporaryFailure("Twilio's file could not be fetched: no connection.") from error


def _follow(
    session: requests.Session, url: str, settings: TwilioSettings, deadline: float
) -> InboundFile:
    for hop in range(MAX_HOPS + 1):
        _require_allowed(url, settings, first=hop == 0)
        with _get(session, url, settings, with_login=hop == 0) as response:
            if not response.is_redirect:
                return _file(response, url, deadline)
            url = urljoin(url, response.headers["location"])
    raise PermanentFailure("Twilio's file is behind too many redirects.")


def _require_allowed(url: str, settings: TwilioSettings, *, first: bool) -> None:
    if not _PLAIN_URL.fullmatch(url):
        raise PermanentFailure("The file's address is not a web address.")
    hosts = _OWN_HOSTS[:1] if first else _OWN_HOSTS + _STORES
    if not (_is_at(settings.api_base_url, url) or _is_at_host(hosts, url)):
        raise PermanentFailure("The file is not at Twilio, so it was not fetched.")


def _is_at(base_url: str, url: str) -> bool:
    base, parts = urlsplit(base_url), urlsplit(url)
    return bool(base_url) and (base.scheme, base.netloc) == (parts.scheme, parts.netloc)


def _is_at_host(hosts: tuple[str, ...], url: str) -> bool:
    """Whether ``url`` is at one of ``hosts``, or below it, over HTTPS on its usual port."""
    parts = urlsplit(url)
    name = parts.netloc.lower()  # as written: a login or a port in it makes it another name
    return (
        parts.scheme == "https"
        and "@" not in name
        and any(name == each or name.endswith("." + each) for each in hosts)
    )


def _get(
    session: requests.Session, url: str, settings: TwilioSettings, *, with_login: bool
) -> requests.Response:
    login = (settings.account_sid, settings.auth_token.get_secret_value()) if with_login else None
    return session.get(
        url,
        auth=login,
        stream=True,
        allow_redirects=False,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
    )


def _file(response: requests.Response, url: str, deadline: float) -> InboundFile:
    _require_success(response.status_code)
    content_type = response.headers.get("content-type", "application/octet-stream")
    stem = re.sub(r"[^A-Za-z0-9-]", "", urlsplit(url).path.rpartition("/")[2].partition(".")[0])
    return InboundFile(
        name=name_for(stem[:60] or "file", content_type),
        content_type=content_type.partition(";")[0].strip().lower()[:100],
        data=_bytes(response, deadline),
        url=url,
    )


def _require_success(status: int) -> None:
    if status == 200:
        return
    if status in _NOT_READY or status >= 500:
        raise TemporaryFailure(f"Twilio's file is not there yet (HTTP {status}).")
    raise PermanentFailure(f"Twilio refused the file (HTTP {status}).")


def _bytes(response: requests.Response, deadline: float) -> bytes:
    data = bytearray()
    for chunk in response.iter_content(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise PermanentFailure(f"The file is larger than {MAX_BYTES // 1024**2} MB.")
        if time.monotonic() > deadline:
            raise TemporaryFailure("Twilio's file came too slowly.")
    return bytes(data)
