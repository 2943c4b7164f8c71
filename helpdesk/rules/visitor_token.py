"""Who writes in the chat: our own token for a browser, and the identity that a site signs.

Both are JWTs under HS256. Ours says which visitor of which inbox this browser is; a site's says
which of its customers is logged in there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import jwt

KEY_PURPOSE = "visitor tokens"  # of the desk's key that signs ours
ANONYMOUS_LASTS = 400 * 24 * 3600  # seconds; renewed whenever the page opens
SIGNED_IN_LASTS = 24 * 3600
MAX_IDENTITY_AGE = 24 * 3600  # a site's identity may be good for this long at most
LEEWAY = 60  # seconds that two clocks may differ
FILE_LASTS = 600
MAX_LENGTH = 4096  # characters of any of these tokens


class BadToken(Exception):
    """The token is not ours, not for this inbox, or too old."""


class BadIdentity(Exception):
    """The site's identity does not hold. The text is a sentence for the site's developer."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer, as the embedding site vouches for them.

    ``subject`` is the site's own id. ``email_verified`` is False when the site itself did not
    check the address.
    """

    subject: str
    name: str = ""
    email: str = ""
    email_verified: bool = True
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a valid token says: this browser is that visitor of that inbox."""

    id: str
    inbox_id: int
    identity: Identity | None = None


def new_visitor_id() -> str:
    """An id that nobody can guess; it is the value of the visitor's ContactPoint."""
    return f"v_{secrets.token_hex(16)}"


def resumed(known: Visitor | None, inbox_id: int, identity: Identity | None) -> Visitor:
    """Who the browser is now, given who it was and who is logged in at the site.

    An anonymous visitor who logs in stays the same visitor. After a logout, or when somebody
    else logs in, the browser starts anew: what the other said is none of their business.
    """
    if known is None:
        return Visitor(new_visitor_id(), inbox_id, identity)
    was = known.identity.subject if known.identity else None
    if was is not None and (identity is None or identity.subject != was):
        return Visitor(new_visitor_id(), inbox_id, identity)
    return Visitor(known.id, inbox_id, identity)


def make(visitor: Visitor, key: bytes) -> str:
    """The token of a visitor, for their browser to keep."""
    now = int(time.time())
    claims: dict[str, Any] = {"sub": visitor.id, "aud": f"chat:{visitor.inbox_id}", "iat": now}
    if visitor.identity is not None:
        claims |= {"who": asdict(visitor.identity), "exp": now + SIGNED_IN_LASTS}
    else:
        claims["exp"] = now + ANONYMOUS_LASTS
    return jwt.encode(claims, key, "HS256")


def read(token: str, key: bytes, inbox_id: int) -> Visitor:
    """The visitor whose token this is. Raises ``BadToken``."""
    claims = _ours(token, key, f"chat:{inbox_id}")
    who = claims.get("who")
    return Visitor(claims["sub"], inbox_id, Identity(**who) if who else None)


def file_pass(attachment_id: int, visitor_id: str, key: bytes) -> str:
    """A short-lived right to fetch one file, to stand in an address.

    The same for ten minutes, so that a browser may keep what it has fetched.
    """
    ends = (int(time.time()) // FILE_LASTS + 2) * FILE_LASTS
    claims = {"sub": visitor_id, "aud": f"file:{attachment_id}", "exp": ends}
    return jwt.encode(claims, key, "HS256")


def read_file_pass(token: str, attachment_id: int, key: bytes) -> str:
    """The id of the visitor who may fetch this file. Raises ``BadToken``."""
    return str(_ours(token, key, f"file:{attachment_id}")["sub"])


def _ours(token: str, key: bytes, audience: str) -> dict[str, Any]:
    if len(token) > MAX_LENGTH:
        raise BadToken("too long")
    try:
        return jwt.decode(
            token, key, ["HS256"], audience=audience, options={"require": ["sub", "aud", "exp"]}
        )
    except jwt.PyJWTError as error:
        raise BadToken(str(error)) from None


def read_identity(token: str, secret: str) -> Identity:
    """The customer whom a site vouches for. Raises ``BadIdentity``."""
    if not secret:
        raise BadIdentity("This widget has no identity key, so it takes no signed identity.")
    if len(token) > MAX_LENGTH:
        raise BadIdentity(f"The identity is longer than {MAX_LENGTH} characters.")
    claims = _decoded(token, secret)
    if claims["exp"] > time.time() + MAX_IDENTITY_AGE + LEEWAY:
        raise BadIdentity("The identity is good for more than 24 hours. Sign it for less.")
    subject = _words(claims, "sub")
    if not subject:
        raise BadIdentity("The identity says nobody: sub is empty.")
    return Identity(
        subject,
        name=_words(claims, "name")[:100],
        email=_words(claims, "email").lower()[:254],
        email_verified=claims.get("email_verified", True) is True,
        phone=_words(claims, "phone")[:40],
    )


def _decoded(token: str, secret: str) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            secret.encode(),
            ["HS256"],
            leeway=LEEWAY,
            options={"require": ["sub", "exp"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError:
        raise BadIdentity("The identity has expired. Load the page again.") from None
    except jwt.MissingRequiredClaimError as error:
        raise BadIdentity(f"The identity lacks {error.claim}.") from None
    except jwt.PyJWTError:
        raise BadIdentity("The identity is not signed with this widget's key.") from None


def _words(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())
