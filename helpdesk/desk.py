"""One desk: its settings, database, files and channels. The only thing that is handed around."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from pydantic import ValidationError
from sqlalchemy.orm import Session

from channels.base import ChannelSettings
from channels.email import EmailSettings
from channels.registry import Registry
from helpdesk.config import Settings, SettingsError
from helpdesk.database import Database, WriteSession
from helpdesk.files import FileStore
from helpdesk.mail_tokens import MailTokens
from helpdesk.models import Inbox
from helpdesk.vault import Vault
from knowledge_base.encoder import Encoder, EncoderMissing
from knowledge_base.encoder import load as load_encoder
from knowledge_base.library import Library


@dataclass(frozen=True)
class Desk:
    """The wiring of one desk."""

    settings: Settings
    database: Database
    files: FileStore
    channels: Registry
    vault: Vault
    _opening: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def encoder(self) -> Encoder | None:
        """What turns sentences into vectors; None: search is by words alone."""
        with self._opening:
            return self._encoder

    @cached_property
    def _encoder(self) -> Encoder | None:
        try:
            return load_encoder(self.settings.encoder)
        except EncoderMissing as fault:
            raise SettingsError(f"HELPDESK_ENCODER is wrong: {fault}.") from None

    @property
    def library(self) -> Library:
        """The index of the knowledge base."""
        with self._opening:
            return self._library

    @cached_property
    def _library(self) -> Library:
        return Library(self.settings.knowledge_dir, self._encoder)

    def read(self) -> AbstractContextManager[Session]:
        return self.database.read()

    def write(self, *, durable: bool = False) -> AbstractContextManager[WriteSession]:
        return self.database.write(durable=durable)

    @property
    def mail_tokens(self) -> MailTokens:
        """The tokens of the mail accounts that are connected by OAuth 2."""
        with self._opening:
            return self._mail_tokens

    @cached_property
    def _mail_tokens(self) -> MailTokens:
        return MailTokens(self.database, self.vault)

    @property
    def bot_token(self) -> str:
        """The bearer token of the bot's actions: set, else made from the secret key."""
        return bot_token(self.settings, self.vault)

    def values_of(self, inbox: Inbox) -> dict[str, object]:
        """What was set for an inbox itself, its secrets opened."""
        return inbox.settings | (self.vault.open(inbox.sealed) if inbox.sealed else {})

    def settings_of(self, inbox: Inbox) -> ChannelSettings:
        """The typed channel settings of an inbox, its secrets opened.

        Raises ``SettingsError`` when they do not fit the channel's schema.
        """
        channel = self.channels[inbox.channel]
        values = self.settings.channel_defaults(inbox.channel) | self.values_of(inbox)
        try:
            settings = channel.settings_model(**values)
        except ValidationError as error:
            fault = error.errors()[0]
            field = ".".join(map(str, fault["loc"]))
            raise SettingsError(f"Inbox {inbox.name}: {field}: {fault['msg']}.") from None
        return self._with_access(settings, inbox)

    def _with_access(self, settings: ChannelSettings, inbox: Inbox) -> ChannelSettings:
        """Settings that log in by tokens are lent the way to those of their inbox."""
        if isinstance(settings, EmailSettings) and settings.login == "oauth2" and inbox.id:
            return settings.with_access(self.mail_tokens.of(inbox.id))
        return settings


def bot_token(settings: Settings, vault: Vault) -> str:
    """What the bot's actions show to read from the desk."""
    return settings.bot_token.get_secret_value() or vault.key("bot api").hex()


def open_desk(settings: Settings) -> Desk:
    """Wire a desk from its settings; opens no connection yet."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Desk(
        settings=settings,
        database=Database(settings.database),
        files=FileStore(settings.files_dir),
        channels=channels_of(settings),
        vault=Vault(*settings.secrets, reread=lambda: settings.secrets),
    )


def channels_of(settings: Settings) -> Registry:
    """The channels that this desk speaks."""
    from channels.chat import ChatChannel
    from channels.email import EmailChannel
    from channels.phone import PhoneChannel
    from channels.sms import SmsChannel

    return Registry(
        EmailChannel(outbox_dir=settings.outbox_dir, max_bytes=settings.max_mail_bytes),
        ChatChannel(),
        SmsChannel(),
        PhoneChannel(),
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """A desk for one command, closed afterwards."""
    desk = open_desk(settings)
    try:
        yield desk
    finally:
        desk.database.close()
