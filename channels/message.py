"""The normalized shapes that every channel speaks: what came in, and what goes out.

These are plain frozen dataclasses. ``helpdesk.rules`` decides on them, adapters make and
consume them, and nothing in here does any I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ContactKind(StrEnum):
    """What sort of address a ContactPoint is."""

    EMAIL = "email"
    PHONE = "phone"
    VISITOR = "visitor"


class Proof(StrEnum):
    """How we know that the sender holds an address. ``NONE``: it was only said."""

    NONE = "none"
    DMARC = "dmarc"  # aligned DKIM or DMARC pass
    SIGNED = "signed"  # our own visitor token, or an identity signed by the embedding site
    CODE = "code"  # a one-time code that we sent there


class DeliveryState(StrEnum):
    """The truth about one attempt to get a message out."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person, as the channel wrote it.

    ``value`` is normalized by the adapter: email lower-cased (ASCII part), phone in E.164,
    a visitor's public id. ``name`` is the display name, or "".
    """

    kind: ContactKind
    value: str
    name: str = ""
    proof: Proof = Proof.NONE


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file that came with a message: either its bytes, or the URL to fetch it from later.

    ``name`` is already safe to show and to save (no path, no control characters, <= 150
    characters). ``content_id`` is set for images that the HTML refers to by ``cid:``.
    """

    name: str
    content_type: str
    data: bytes | None = None
    url: str = ""
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One contact by a customer, normalized.

    ``key`` names the contact itself, whichever way it reached us: two envelopes with one key
    are one message (for email a hash of Message-ID, sender and text). ``amends`` > 0 says that a
    message already stored under that key is completed rather than called a duplicate; a lower
    rank never overwrites the text of a higher one (missed call < voicemail < transcript).
    """

    channel: str
    key: str
    sender: Address
    text: str  # the whole readable body, never None
    new_text: str = ""  # without quotes and signature; "" when nothing new was said
    html: str | None = None  # sanitized; None when there was none
    subject: str = ""
    also: tuple[Address, ...] = ()  # further addresses that the sender claims or proves
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    files: tuple[InboundFile, ...] = ()
    sent_at: datetime | None = None  # as the sender claims; aware
    language: str = ""  # BCP 47 when the channel knows it
    message_id: str = ""  # RFC 5322 Message-ID with angle brackets
    references: tuple[str, ...] = ()  # In-Reply-To first, then References from last to first
    automatic: str = ""  # why this is automatic mail ("Auto-Submitted: auto-replied"), or ""
    client_id: str = ""  # the browser's own id of a chat message
    amends: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)  # JSON-able extras, shown to agents


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """A receipt or a bounce: news about something that we sent.

    Found by ``provider_id`` (MessageSid) or by ``message_id`` + ``recipient`` (mail).
    """

    channel: str
    key: str
    state: DeliveryState
    provider_id: str = ""
    message_ids: tuple[str, ...] = ()  # candidates, the most likely first
    recipient: str = ""
    reason: str = ""  # a plain sentence with the provider's code
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """The envelope was read, and there is nothing in it for a ticket."""

    reason: str


Parsed = InboundMessage | DeliveryEvent | Ignored


class Unreadable(Exception):
    """The envelope cannot be parsed: quarantine it. The text is a sentence for an admin."""


@dataclass(frozen=True, slots=True)
class RawEnvelope:
    """What an adapter is given to parse: the bytes as received and how they came."""

    raw: bytes
    received_at: datetime
    inbox_address: str
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutboundFile:
    name: str
    content_type: str
    data: bytes
    url: str = ""  # a signed public address, for channels that fetch media (SMS)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to one recipient. ``key`` is the idempotency key, for mail the Message-ID."""

    key: str
    channel: str
    sender: Address  # our inbox; ``name`` is what the customer sees
    recipient: str  # the one address that this delivery is for
    text: str
    html: str | None = None
    subject: str = ""
    to: tuple[Address, ...] = ()  # header recipients; ``recipient`` is one of to + cc
    cc: tuple[Address, ...] = ()
    reply_to: str = ""  # plus-address with the token
    return_path: str = ""  # where bounces of this one delivery may be sent
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # oldest first, as the header wants them
    files: tuple[OutboundFile, ...] = ()
    created_at: datetime | None = None
    language: str = "en"
    callback_url: str = ""  # where the provider reports receipts
    automatic: bool = False  # sets Auto-Submitted (RFC 3834)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider said when it took a message."""

    state: DeliveryState
    provider_id: str = ""
    reason: str = ""


class TemporaryFailure(Exception):
    """It may work later. The text is a sentence for the agent."""


class NotReachable(TemporaryFailure):
    """The recipient is not there now, and trying again will not bring them back: another way
    may, or they return by themselves."""


class PermanentFailure(Exception):
    """It will not work. The text is a sentence for the agent, with the provider's code."""


class AddressRefused(PermanentFailure):
    """The address itself is refused: nothing will get there, whatever it says."""


class UnknownOutcome(Exception):
    """The provider may or may not have taken it: never sent again by itself."""
