"""What every channel is: a name, a settings schema, a parser and a sender."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from channels.message import (
    ContactKind,
    InboundFile,
    OutboundMessage,
    Parsed,
    RawEnvelope,
    Receipt,
)


class ChannelSettings(BaseModel):
    """Base of a channel's per-inbox settings. Secrets are ``SecretStr`` fields.

    Field titles and descriptions are what the admin form shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def secret_names(cls) -> frozenset[str]:
        """Names of the fields that are stored encrypted and never shown."""
        return frozenset(
            name for name, info in cls.model_fields.items() if info.annotation is SecretStr
        )


class BotSettings(ChannelSettings):
    """Settings of a channel on which the bot may speak first."""

    bot: bool = Field(
        False,
        title="The bot answers first",
        description="It hands off to a person on request and on doubt. On email it only makes one "
        "suggestion, when it is sure.",
    )


SettingsT = TypeVar("SettingsT", bound=ChannelSettings)


class Channel(ABC, Generic[SettingsT]):
    """One way for customers to reach us. Stateless: settings come with each call.

    ``parse`` may take no more than two seconds and touches no network but DNS;
    ``send`` and ``fetch`` may, and run outside every transaction.
    """

    name: ClassVar[str]
    contact_kind: ClassVar[ContactKind]
    settings_model: ClassVar[type[ChannelSettings]]
    can_reply: ClassVar[bool] = True
    has_subject: ClassVar[bool] = False
    resend_is_safe: ClassVar[bool] = False  # the key makes a second copy harmless (Message-ID)
    is_pulled: ClassVar[bool] = False  # fetched by the customer's page; ``send``: it was not
    max_text: ClassVar[int] = 100_000  # characters in one outbound message
    send_timeout: ClassVar[float] = 30.0  # seconds; a delivery's lease is longer

    @abstractmethod
    def parse(self, envelope: RawEnvelope, settings: SettingsT) -> Parsed:
        """Normalize one envelope. Raises ``Unreadable`` for what must be quarantined."""

    @abstractmethod
    def send(self, message: OutboundMessage, settings: SettingsT) -> Receipt:
        """Hand one message to the provider.

        Raises ``TemporaryFailure``, ``PermanentFailure`` or ``UnknownOutcome``.
        """

    def fetch(self, url: str, settings: SettingsT) -> InboundFile:
        """Download a file that a message named by URL. Raises as ``send`` does."""
        raise NotImplementedError(f"{self.name} has no remote files")

    def check(self, settings: SettingsT) -> None:
        """Try the connection. Raises ``TemporaryFailure``/``PermanentFailure`` with the cure."""
        return


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """An HTTP request by a provider, free of any web framework."""

    url: str  # the public URL that the provider called, with its query string
    event: str  # the last path segment: "message", "status", "voice", ...
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """What to answer the provider once the envelope is stored."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200


class WebhookChannel(Channel[SettingsT]):
    """A channel whose provider calls us."""

    @abstractmethod
    def verify(self, request: WebhookRequest, settings: SettingsT) -> bool:
        """Whether the request really comes from the provider (constant-time)."""

    @abstractmethod
    def envelope_key(self, request: WebhookRequest) -> str | None:
        """The unique key of this contact in its inbox; None when nothing is to be stored."""

    @abstractmethod
    def reply(self, request: WebhookRequest, settings: SettingsT) -> WebhookReply:
        """The body that the provider expects (TwiML), pure."""
