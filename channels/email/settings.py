"""What an admin sets for one mail account. Titles and descriptions are the form's."""

from __future__ import annotations

from typing import Literal, Protocol, Self

from pydantic import Field, PrivateAttr, SecretStr, field_validator

from channels.base import BotSettings
from channels.email.relays import USUAL as USUAL_RELAYS
from channels.email.relays import networks
from channels.message import PermanentFailure

Security = Literal["ssl", "starttls", "none"]
Authentication = Literal["off", "header", "dns"]
Login = Literal["password", "oauth2"]
OAuthProvider = Literal["microsoft", "google", "other"]


class Access(Protocol):
    """Gives an access token that serves now; ``refused`` is one that the server did not take."""

    def __call__(self, settings: EmailSettings, refused: str = "") -> str: ...


class EmailSettings(BotSettings):
    from_name: str = Field(
        "", title="Sender name", description="What customers see beside the address of this inbox."
    )

    login: Login = Field(
        "password",
        title="Login",
        description="password: the passwords below. oauth2: Microsoft 365 and Gmail, by the "
        "consent of the account's owner, given under Mail accounts.",
    )
    oauth_provider: OAuthProvider = Field(
        "microsoft", title="OAuth provider", description="Whose account this is."
    )
    oauth_client_id: str = Field(
        "", title="OAuth client id", description="Of the application registered at the provider."
    )
    oauth_client_secret: SecretStr = Field(
        SecretStr(""),
        title="OAuth client secret",
        description="Stored encrypted, never shown again. Empty for a public client.",
    )
    oauth_tenant: str = Field(
        "common",
        title="OAuth tenant",
        description="Microsoft only: the directory's id or domain; common takes any.",
    )
    oauth_authorize_url: str = Field(
        "", title="OAuth consent address", description="Only for other providers."
    )
    oauth_token_url: str = Field(
        "", title="OAuth token address", description="Only for other providers."
    )
    oauth_scopes: str = Field(
        "",
        title="OAuth scopes",
        description="With spaces between them. Empty: what the provider needs for IMAP and SMTP.",
    )

    imap_host: str = Field(
        "",
        title="IMAP server",
        description="Where mail is fetched from. Empty: only mail that is handed in by SMTP, "
        "LMTP or the command line.",
    )
    imap_port: int = Field(
        993, ge=1, le=65535, title="IMAP port", description="993 for SSL, 143 otherwise."
    )
    imap_user: str = Field("", title="IMAP user name", description="Often the whole address.")
    imap_password: SecretStr = Field(
        SecretStr(""), title="IMAP password", description="Stored encrypted, never shown again."
    )
    imap_security: Security = Field(
        "ssl", title="IMAP security", description="none is for servers on this machine only."
    )
    imap_folder: str = Field("INBOX", title="IMAP folder", description="The folder to read.")

    smtp_host: str = Field(
        "",
        title="SMTP server",
        description="Where replies leave. Empty: they are captured in the local outbox folder.",
    )
    smtp_port: int = Field(
        587, ge=1, le=65535, title="SMTP port", description="587 for STARTTLS, 465 for SSL."
    )
    smtp_user: str = Field("", title="SMTP user name", description="Empty: no login.")
    smtp_password: SecretStr = Field(
        SecretStr(""), title="SMTP password", description="Stored encrypted, never shown again."
    )
    smtp_security: Security = Field(
        "starttls", title="SMTP security", description="none is for servers on this machine only."
    )

    authentication: Authentication = Field(
        "off",
        title="Proof of senders",
        description="header: believe the Authentication-Results of the receiving server named "
        "below. dns: check DKIM, SPF, DMARC and ARC ourselves; of mail in a mailbox SPF needs the "
        "server named below, whose Received line tells who sent it. off: no sender is proven.",
    )
    trusted_authserv: str = Field(
        "",
        title="Trusted receiving server",
        description="The name that your mail server writes first in Authentication-Results "
        "(its authserv-id), e.g. mx.example.com.",
    )
    relays: str = Field(
        USUAL_RELAYS,
        title="Relays",
        description="Addresses and networks of servers that hand mail of others to the built-in "
        "listener: their own address proves nothing. Any other server is judged by its address, "
        "and nothing that its mail says of itself is believed.",
    )
    spam_headers: str = Field(
        "X-Spam-Flag, X-Spam-Status, X-Rspamd-Action",
        title="Headers of the spam filter",
        description="New mail that one of these headers calls spam goes to the spam folder. Empty: "
        "no header is believed.",
    )
    bounce_addresses: bool = Field(
        False,
        title="A bounce address for each mail",
        description="Mail leaves with an envelope sender of its own (support+b7.token@...), so "
        "that what comes back names its mail. The sending server must allow such senders.",
    )

    _access: Access | None = PrivateAttr(None)

    @field_validator("relays")
    @classmethod
    def _are_networks(cls, written: str) -> str:
        networks(written)
        return written

    def with_access(self, access: Access) -> Self:
        """The same settings, with the way to the account's tokens."""
        lent = self.model_copy()
        lent._access = access
        return lent

    def access_token(self, refused: str = "") -> str:
        """A token to log in with. Raises TemporaryFailure, or PermanentFailure without a way."""
        if self._access is None:
            raise PermanentFailure("The account's tokens cannot be had here.")
        return self._access(self, refused)
