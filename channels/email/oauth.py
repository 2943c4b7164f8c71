"""OAuth 2 (RFC 6749) with the providers of mail accounts: consent, tokens, refreshing.

The code flow is bound to whoever began it by ``state`` and by PKCE (RFC 7636).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from channels.email.charsets import clean_line
from channels.email.settings import EmailSettings
from channels.message import PermanentFailure, TemporaryFailure

SECONDS = 15.0  # for one question to the token server
EARLY = 120.0  # seconds before its end at which an access token is no longer used
USUAL_LIFE = 3600.0  # seconds, where the server does not say


class MustConnect(TemporaryFailure):
    """The provider wants a person to consent (again); what waits leaves afterwards."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the provider granted; ``expires_at`` is seconds since 1970."""

    access_token: str
    refresh_token: str
    expires_at: float

    @property
    def is_fresh(self) -> bool:
        return bool(self.access_token) and time.time() < self.expires_at - EARLY


@dataclass(frozen=True, slots=True)
class Consent:
    """A question to the provider: where to send the admin, and what must come back with them."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Provider:
    authorize_url: str
    token_url: str
    scopes: str


MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
PROVIDERS = {
    "microsoft": Provider(
        f"{MICROSOFT}/authorize",
        f"{MICROSOFT}/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send "
        "offline_access",
    ),
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
    ),
    "other": Provider("", "", ""),
}


def provider_of(settings: EmailSettings) -> Provider:
    """Where the settings' tokens come from. Raises PermanentFailure when something is missing."""
    usual, tenant = PROVIDERS[settings.oauth_provider], quote(settings.oauth_tenant, safe="")
    found = Provider(
        settings.oauth_authorize_url or usual.authorize_url.format(tenant=tenant),
        settings.oauth_token_url or usual.token_url.format(tenant=tenant),
        settings.oauth_scopes or usual.scopes,
    )
    if not (found.authorize_url and found.token_url and settings.oauth_client_id):
        raise PermanentFailure(
            "The client id or the addresses of the provider are missing in the inbox's settings."
        )
    return found


def ask_consent(settings: EmailSettings, redirect_uri: str) -> Consent:
    """Begin the code flow."""
    provider, verifier = provider_of(settings), generate_token(64)
    with _session(settings, redirect_uri) as session:
        url, state = session.create_authorization_url(
            provider.authorize_url,
            state=generate_token(40),
            code_verifier=verifier,
            login_hint=settings.imap_user or settings.smtp_user,
            access_type="offline",  # Google gives a refresh token only so
            prompt="consent",
        )
    return Consent(url, state, verifier)


def redeem(settings: EmailSettings, redirect_uri: str, code: str, verifier: str) -> Grant:
    """Change the code that the provider sent back into tokens."""
    with _session(settings, redirect_uri) as session, _failures("connect the account"):
        token = session.fetch_token(
            provider_of(settings).token_url,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            timeout=SECONDS,
        )
        if not token.get("refresh_token"):
            raise MustConnect(
                "The provider gave no refresh token: allow offline access, then connect again."
            )
        return _grant(token)


def refresh(settings: EmailSettings, grant: Grant) -> Grant:
    """A new access token, and, where the provider changes it, a new refresh token.

    Raises ``MustConnect`` when the grant is void, TemporaryFailure when nobody answers.
    """
    with _session(settings) as session, _failures("renew our access"):
        token = session.refresh_token(
            provider_of(settings).token_url, refresh_token=grant.refresh_token, timeout=SECONDS
        )
        return _grant({"refresh_token": grant.refresh_token, **token})


def _session(settings: EmailSettings, redirect_uri: str = "") -> OAuth2Session:
    secret = settings.oauth_client_secret.get_secret_value()
    session = OAuth2Session(
        settings.oauth_client_id,
        secret or None,
        scope=provider_of(settings).scopes,
        redirect_uri=redirect_uri or None,
        code_challenge_method="S256",
        # Both large providers take it, and Microsoft documents no other (RFC 6749, 2.3.1).
        token_endpoint_auth_method="client_secret_post" if secret else "none",
    )
    session.max_redirects = 0  # the client's secret goes to that address and to no other
    return session


def _grant(token: dict[str, object]) -> Grant:
    access, lasts = str(token.get("access_token") or ""), token.get("expires_in")
    if not access:
        raise PermanentFailure("The provider's answer holds no access token.")
    try:
        seconds = float(str(lasts)) if lasts is not None else USUAL_LIFE
    except ValueError:
        seconds = USUAL_LIFE
    return Grant(access, str(token.get("refresh_token") or ""), time.time() + seconds)


@contextmanager
def _failures(what: str) -> Iterator[None]:
    """What Authlib and requests raise, as our failures; no token and no secret is repeated."""
    try:
        yield
    except OAuthError as problem:
        said = clean_line(f"{problem.error}: {problem.description or ''}", 200).rstrip(": ")
        if problem.error in ("temporarily_unavailable", "server_error", "slow_down"):
            raise TemporaryFailure(f"The provider cannot {what} now: {said}.") from problem
        raise MustConnect(
            f"The provider does not {what}: {said}. Connect the account again under Settings, "
            "Mail accounts."
        ) from problem
    except (requests.RequestException, ValueError) as problem:
        raise TemporaryFailure(
            f"The provider's token server cannot be used: {type(problem).__name__}."
        ) from problem
