"""Web chat: our own widget, embedded by any site with one script tag.

What the visitor wrote reaches ``parse`` as the JSON that ``helpdesk.web.widget`` stored. What we
answer is pulled by the visitor's page; ``send`` is called only for what was not pulled in time.
"""

from __future__ import annotations

import re
import socket
from typing import Annotated, Literal
from urllib.parse import urlsplit

import jwt
from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from channels import phone_numbers
from channels.base import BotSettings, Channel
from channels.email.files import safe_name
from channels.message import (
    Address,
    ContactKind,
    InboundFile,
    InboundMessage,
    NotReachable,
    OutboundMessage,
    PermanentFailure,
    Proof,
    RawEnvelope,
    Receipt,
    Unreadable,
)

MAX_TEXT = 4000
MAX_FILES = 5  # in one message
MAX_NAME = 100  # characters of a name that a visitor gives
MIN_KEY = 32  # characters of the identity key
CLIENT_ID = r"^[A-Za-z0-9_-]{8,64}$"
VISITOR_ID = r"^v_[A-Za-z0-9_-]{16,64}$"

_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]{1,50}/[a-z0-9.+-]{1,80}")


def _origin(value: str) -> str:
    parts = urlsplit(value.strip().rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise ValueError("must look like https://shop.example, without a path")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _long_enough(key: SecretStr) -> SecretStr:
    if 0 < len(key.get_secret_value()) < MIN_KEY:  # RFC 7518, section 3.2
        raise ValueError(f"must have at least {MIN_KEY} characters")
    return key


class ChatSettings(BotSettings):
    """One widget: who may embed it, how it greets, and the key of the site's own identities."""

    title: str = Field("", title="Title", description="Shown at the top; empty: the company.")
    greeting_en: str = Field(
        "Hello. Write to us here, and a person answers.", title="Greeting, English"
    )
    greeting_zh: str = Field("您好，请在这里留言，我们会尽快答复。", title="Greeting, Chinese")
    allowed_origins: list[Annotated[str, AfterValidator(_origin)]] = Field(
        [],
        title="Sites that may embed the widget",
        description="Such as https://shop.example; empty: any site.",
    )
    identity_secret: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        SecretStr(""),
        title="Identity key",
        description="Your site signs its customers' identity with it (JWT, HS256).",
    )


class _Claim(BaseModel):
    kind: Literal["email", "phone"]
    value: str = Field(min_length=3, max_length=254)
    name: str = ""
    proof: Literal["signed", "none"] = "none"

    def address(self) -> Address:
        if self.kind == "phone":
            value = phone_numbers.normalized(self.value)
        else:
            value = self.value.strip().lower()
        return Address(ContactKind(self.kind), value, self.name[:MAX_NAME], Proof(self.proof))


class _File(BaseModel):
    name: str
    type: str = "application/octet-stream"
    data: Base64Bytes

    def inbound(self, number: int) -> InboundFile:
        kind = self.type.partition(";")[0].strip().lower()
        kind = kind if _CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
        return InboundFile(safe_name(self.name, kind, number), kind, self.data)


class _Posted(BaseModel):
    """What a visitor's page posted, as our web layer stored it."""

    model_config = ConfigDict(extra="ignore")

    visitor: str = Field(pattern=VISITOR_ID)
    client_id: str = Field(pattern=CLIENT_ID)
    text: str = Field("", max_length=100_000)
    language: str = Field("", max_length=35)
    name: str = ""
    page: str = Field("", max_length=2000)
    claims: list[_Claim] = Field([], max_length=10)
    files: list[_File] = Field([], max_length=50)


class ChatChannel(Channel[ChatSettings]):
    """The widget on a site."""

    name = "chat"
    contact_kind = ContactKind.VISITOR
    settings_model = ChatSettings
    is_pulled = True
    max_text = MAX_TEXT
    resend_is_safe = True  # nothing leaves by itself: the page pulls
    send_timeout = 5.0

    def parse(self, envelope: RawEnvelope, settings: ChatSettings) -> InboundMessage:
        posted = _read(envelope.raw)
        text = posted.text.replace("\r\n", "\n").replace("\0", "").strip()
        if not text and not posted.files:
            raise Unreadable("The chat message has neither words nor a file.")
        return InboundMessage(
            channel=self.name,
            key=f"chat:{posted.visitor}:{posted.client_id}",
            sender=Address(
                ContactKind.VISITOR, posted.visitor, posted.name[:MAX_NAME], Proof.SIGNED
            ),
            also=tuple(claim.address() for claim in posted.claims),
            text=text,
            new_text=text,
            files=tuple(file.inbound(i) for i, file in enumerate(posted.files, start=1)),
            language=posted.language,
            client_id=posted.client_id,
            facts={"page": posted.page} if posted.page else {},
        )

    def check(self, settings: ChatSettings) -> None:
        """Whether the sites that may embed the widget are there, and the identity key signs."""
        for origin in settings.allowed_origins:
            host = urlsplit(origin).hostname or ""
            try:
                socket.getaddrinfo(host, None)
            except OSError:
                raise PermanentFailure(
                    f"There is no site {origin}. Check how its name is written."
                ) from None
        if key := settings.identity_secret.get_secret_value():
            said = jwt.encode({"sub": "check"}, key, "HS256")
            jwt.decode(said, key, ["HS256"])

    def send(self, message: OutboundMessage, settings: ChatSettings) -> Receipt:
        """The page pulls its messages: what is still here when it is due was not pulled."""
        raise NotReachable("The visitor has left the chat.")


def _read(raw: bytes) -> _Posted:
    try:
        return _Posted.model_validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, fault["loc"])) or "the message"
        raise Unreadable(f"Not a chat message of ours: {field}: {fault['msg']}.") from None
