"""What an admin sets for one mail account. Titles and descriptions are the form's."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from channels.base import BotSettings

Security = Literal["ssl", "starttls", "none"]
Authentication = Literal["off", "header", "dns"]


class EmailSettings(BotSettings):
    from_name: str = Field(
        "", title="Sender name", description="What customers see beside the address of this inbox."
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
        "below. dns: check DKIM signatures ourselves. off: no sender is proven.",
    )
    trusted_authserv: str = Field(
        "",
        title="Trusted receiving server",
        description="The name that your mail server writes first in Authentication-Results "
        "(its authserv-id), e.g. mx.example.com.",
    )
