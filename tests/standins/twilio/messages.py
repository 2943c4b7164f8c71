"""Messages that the desk sent: kept, moved from state to state, and reported on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate

import requests

from tests.standins.twilio import signed_post
from tests.standins.twilio.numbers import UNDELIVERED
from tests.standins.twilio.signed_post import Answer, Form

UNREACHABLE_MEDIA = 11200


@dataclass
class SentMessage:
    """One message that the API accepted."""

    to: str
    from_: str
    body: str
    media_urls: list[str] = field(default_factory=list)
    status_callback: str = ""
    messaging_service_sid: str = ""
    sid: str = ""
    status: str = "queued"
    error_code: int | None = None
    history: list[str] = field(default_factory=list)
    media: list[bytes] = field(default_factory=list)  # as fetched from the desk
    callbacks: list[Answer] = field(default_factory=list)
    created: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.sid = self.sid or signed_post.new_sid("MM" if self.media_urls else "SM")
        self.status = "accepted" if self.messaging_service_sid else "queued"
        self.history.append(self.status)

    def move(self, status: str, error_code: int | None = None) -> None:
        self.status, self.error_code = status, error_code
        self.history.append(status)

    def resource(self, account_sid: str) -> dict[str, object]:
        """The REST representation."""
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        sent = self.status not in ("accepted", "queued")
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": formatdate(self.created, usegmt=False),
            "date_sent": formatdate(self.created, usegmt=False) if sent else None,
            "date_updated": formatdate(self.created, usegmt=False),
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": "Undelivered" if self.error_code else None,
            "from": self.from_ or None,
            "messaging_service_sid": self.messaging_service_sid or None,
            "num_media": str(len(self.media_urls)),
            "num_segments": str(1 + len(self.body) // 153),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }

    def news(self, account_sid: str) -> Form:
        """The form of a status callback."""
        form = {
            "SmsSid": self.sid,
            "SmsStatus": self.status,
            "MessageStatus": self.status,
            "To": self.to,
            "MessageSid": self.sid,
            "AccountSid": account_sid,
            "From": self.from_,
            "ApiVersion": "2010-04-01",
        }
        return form | ({"ErrorCode": str(self.error_code)} if self.error_code else {})


class Outbox:
    """Every accepted message, in order, each with a thread that carries it to its end."""

    def __init__(self, account_sid: str, auth_token: str, seconds_between_states: float) -> None:
        self.sent: list[SentMessage] = []
        self._account = (account_sid, auth_token)
        self._pause = seconds_between_states
        self._stopping = threading.Event()
        self._carriers: list[threading.Thread] = []

    def accept(self, message: SentMessage) -> SentMessage:
        carrier = threading.Thread(target=self._carry, args=(message,), daemon=True)
        self.sent.append(message)
        self._carriers.append(carrier)
        carrier.start()
        return message

    def find(self, sid: str) -> SentMessage | None:
        return next((message for message in self.sent if message.sid == sid), None)

    def settle(self, timeout: float = 10) -> None:
        """Wait until every message has reached its last state and said so."""
        for carrier in self._carriers:
            carrier.join(timeout)

    def stop(self) -> None:
        self._stopping.set()
        self.settle()

    def _carry(self, message: SentMessage) -> None:
        self._report(message)
        for status, code in self._road(message):
            if self._stopping.wait(self._pause):
                return
            message.move(status, code)
            self._report(message)

    def _road(self, message: SentMessage) -> list[tuple[str, int | None]]:
        if not _fetch_media(message):
            return [("failed", UNREACHABLE_MEDIA)]
        code = UNDELIVERED.get(message.to)
        return [("sent", None), ("undelivered", code) if code else ("delivered", None)]

    def _report(self, message: SentMessage) -> None:
        if not message.status_callback:
            return
        form = message.news(self._account[0])
        try:
            answer = signed_post.post(message.status_callback, form, self._account[1])
        except requests.RequestException as error:  # the provider does not try again either
            answer = Answer(message.status_callback, form, 0, str(error))
        message.callbacks.append(answer)


def _fetch_media(message: SentMessage) -> bool:
    try:
        for url in message.media_urls:
            response = requests.get(url, timeout=10)
            response.raise_for_status()
            message.media.append(response.content)
    except requests.RequestException:
        return False
    return True
