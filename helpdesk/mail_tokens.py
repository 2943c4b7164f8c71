"""The tokens of the mail accounts: sealed in the database, renewed before they end.

One access token serves every connection of this process until it ends or is refused. Another
process that renews the same account at the same moment does no harm: who comes second takes what
the first one stored.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field

from sqlalchemy import Update, select, update

from channels.email import oauth
from channels.email.oauth import Grant, MustConnect
from channels.email.settings import EmailSettings
from helpdesk.database import Database
from helpdesk.models import MailGrant, now
from helpdesk.vault import Vault

NOT_CONNECTED = "The account is not connected yet. Connect it under Settings, Mail accounts."


class MailTokens:
    """The tokens of every inbox of one desk."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        self._known: dict[int, Grant] = {}
        self._locks: dict[int, threading.Lock] = {}
        self._guard = threading.Lock()

    def of(self, inbox_id: int) -> Access:
        """What the settings of an inbox are lent."""
        return Access(inbox_id, self)

    def forget(self, inbox_id: int) -> None:
        """Look into the database again: the account was connected, or no longer is."""
        self._known.pop(inbox_id, None)

    def access_token(self, inbox_id: int, settings: EmailSettings, refused: str) -> str:
        """One that still serves; ``refused`` is one that the mail server did not take.

        Raises ``MustConnect`` or TemporaryFailure.
        """
        with self._lock(inbox_id):
            known = self._known.get(inbox_id)
            if known is None or not _serves(known, refused):
                known = self._known[inbox_id] = self._newest(inbox_id, settings, refused)
            return known.access_token

    def _lock(self, inbox_id: int) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(inbox_id, threading.Lock())

    def _newest(self, inbox_id: int, settings: EmailSettings, refused: str) -> Grant:
        sealed = self._sealed(inbox_id)
        kept = self._opened(sealed)
        if _serves(kept, refused):
            return kept
        try:
            renewed = oauth.refresh(settings, kept)
        except MustConnect as fault:
            newer = self._sealed(inbox_id)
            if newer != sealed and _serves(self._opened(newer), refused):
                return self._opened(newer)
            self._note(inbox_id, sealed, str(fault))
            raise
        self._keep(inbox_id, sealed, renewed)
        return renewed

    def _sealed(self, inbox_id: int) -> str:
        with self._database.read() as session:
            found = session.scalar(select(MailGrant.sealed).where(MailGrant.inbox_id == inbox_id))
        if found is None:
            raise MustConnect(NOT_CONNECTED)
        return found

    def _opened(self, sealed: str) -> Grant:
        return Grant(**self._vault.open(sealed))

    def seal(self, grant: Grant) -> str:
        return self._vault.seal(asdict(grant))

    def _keep(self, inbox_id: int, was: str, grant: Grant) -> None:
        """Store it, unless somebody stored another one meanwhile."""
        changed = {"sealed": self.seal(grant), "refreshed_at": now(), "problem": ""}
        with self._database.write() as session:
            session.execute(_unchanged(inbox_id, was).values(changed))

    def _note(self, inbox_id: int, was: str, problem: str) -> None:
        with self._database.write() as session:
            session.execute(_unchanged(inbox_id, was).values(problem=problem))


def _unchanged(inbox_id: int, sealed: str) -> Update:
    return update(MailGrant).where(MailGrant.inbox_id == inbox_id, MailGrant.sealed == sealed)


def _serves(grant: Grant, refused: str) -> bool:
    return grant.is_fresh and grant.access_token != refused


@dataclass(frozen=True)
class Access:
    """The way to the tokens of one inbox; equal to every other one of it."""

    inbox_id: int
    _tokens: MailTokens = field(compare=False, repr=False)

    def __call__(self, settings: EmailSettings, refused: str = "") -> str:
        return self._tokens.access_token(self.inbox_id, settings, refused)
