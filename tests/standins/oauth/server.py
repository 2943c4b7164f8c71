"""A token server with one client and any number of users: consent, codes, tokens that end, rotate
and are revoked; mail servers ask it whether a token is good."""

from __future__ import annotations

import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from werkzeug.serving import make_server
from werkzeug.wrappers import Response


@dataclass
class Issued:
    """One access token."""

    user: str
    ends_at: float
    is_revoked: bool = False

    @property
    def is_good(self) -> bool:
        return not self.is_revoked and time.time() < self.ends_at


@dataclass
class TokenServer:
    """``with TokenServer() as provider:`` serves until the block ends.

    ``user`` is who consents. ``lasts`` is the life of the next access tokens in seconds;
    ``claims`` what the server says instead, to let a token end without a word. A refresh token
    serves once: each answer brings the next one.
    """

    client_id: str = "desk"
    client_secret: str = "client-secret"
    user: str = "support@example.test"
    lasts: float = 3600
    claims: int | None = None
    refreshes: int = 0
    is_down: bool = False
    access: dict[str, Issued] = field(default_factory=dict)
    refresh: dict[str, str] = field(default_factory=dict)  # token -> user
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def settings(self) -> dict[str, Any]:
        """What an inbox needs to log in with tokens of this server."""
        return {
            "login": "oauth2",
            "oauth_provider": "other",
            "oauth_client_id": self.client_id,
            "oauth_client_secret": self.client_secret,
            "oauth_authorize_url": f"{self.url}/authorize",
            "oauth_token_url": f"{self.url}/token",
            "oauth_scopes": "mail offline_access",
        }

    def revoke_access(self) -> None:
        """Every access token is void at once; nobody is told."""
        for token in self.access.values():
            token.is_revoked = True

    def revoke(self) -> None:
        """The owner takes the consent back."""
        self.revoke_access()
        self.refresh.clear()

    def user_of(self, access_token: str) -> str | None:
        """Whose token it is, while it is good."""
        token = self.access.get(access_token)
        return token.user if token is not None and token.is_good else None

    def issue(self, user: str) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = Issued(user, time.time() + self.lasts)
        self.refresh[refresh] = user
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.claims or int(self.lasts),
            "refresh_token": refresh,
        }

    def _app(self) -> Flask:
        app = Flask("token-server")
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        app.add_url_rule("/tokeninfo", view_func=self._tokeninfo)
        return app

    def _authorize(self) -> Response:
        """Consent at once, as an owner who has been here before."""
        asked = request.args.to_dict()
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return redirect(f"{asked['redirect_uri']}?{answer}")

    def _token(self) -> tuple[Response, int]:
        form = request.form
        if self.is_down:
            return jsonify(error="temporarily_unavailable"), 503
        if (form["client_id"], form["client_secret"]) != (self.client_id, self.client_secret):
            return jsonify(error="invalid_client", error_description="Wrong secret."), 401
        user = self._redeemed(form) if form["grant_type"] == "authorization_code" else self._next()
        if user is None:
            return jsonify(error="invalid_grant", error_description="The grant is void."), 400
        return jsonify(self.issue(user)), 200

    def _redeemed(self, form: Any) -> str | None:
        asked = self._codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return None
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode()
        return self.user if proof.rstrip("=") == asked["code_challenge"] else None

    def _next(self) -> str | None:
        self.refreshes += 1
        return self.refresh.pop(request.form["refresh_token"], None)

    def _tokeninfo(self) -> tuple[Response, int]:
        """What dovecot asks: whose token this is."""
        user = self.user_of(request.args.get("access_token", ""))
        return (jsonify(email=user, active="true"), 200) if user else (jsonify(active="false"), 401)
