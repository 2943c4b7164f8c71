"""The stand-in as tests hold it: one account, one address, and the provider's side to play."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self

from werkzeug.serving import make_server

from tests.standins.twilio import calls, media, signed_post
from tests.standins.twilio.calls import PlayedCall
from tests.standins.twilio.messages import Outbox, SentMessage
from tests.standins.twilio.numbers import Numbers
from tests.standins.twilio.rest import api
from tests.standins.twilio.signed_post import Answer, Form, new_sid
from tests.standins.twilio.store import Store


class TwilioStandIn:
    """``with TwilioStandIn() as twilio:`` serves until the block ends.

    Set an inbox's ``api_base_url`` to ``url`` and its credentials to ``account_sid`` and
    ``auth_token``. ``sent`` holds what the desk sent, oldest first.
    """

    def __init__(self, seconds_between_states: float = 0.02) -> None:
        self.account_sid = new_sid("AC")
        self.auth_token = new_sid("")
        self._store = Store()
        self._stopping = threading.Event()
        self._outbox = Outbox(self.account_sid, self.auth_token, seconds_between_states)
        app = api(self.account_sid, self.auth_token, self._outbox, self._store, self._stopping)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._outbox.stop()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def sent(self) -> list[SentMessage]:
        return self._outbox.sent

    def settle(self) -> None:
        """Wait until the desk has heard the last of everything it sent."""
        self._outbox.settle()

    def post(self, url: str, form: Form) -> Answer:
        """Post any signed form; ``post(answer.url, answer.form)`` posts one again."""
        return signed_post.post(url, form, self.auth_token)

    def send_sms(
        self,
        to_webhook_url: str,
        from_: str,
        body: str,
        media: Sequence[tuple[str, bytes]] = (),
        *,
        to: str = Numbers.OURS,
        opt_out: str = "",
    ) -> Answer:
        """A customer texts the desk; ``media`` as (content type, bytes)."""
        sid = new_sid("MM" if media else "SM")
        form = {
            **self._common(from_, to),
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "NumSegments": "1",
            "NumMedia": str(len(media)),
            **self._media_fields(sid, media),
            **({"OptOutType": opt_out} if opt_out else {}),
        }
        return self.post(to_webhook_url, form)

    def place_call(
        self,
        webhook_base_url: str,
        from_: str,
        leave_voicemail: bool = True,
        transcript: str | None = None,
        *,
        seconds: int = 41,
        to: str = Numbers.OURS,
        order: Sequence[str] = calls.USUAL_ORDER,
    ) -> PlayedCall:
        """A customer rings; ``webhook_base_url`` + "/voice" is what their call comes in by.

        ``seconds`` is the length of the voicemail, ``order`` that of the webhooks after the tone.
        """
        form = {
            **self._common(from_, to),
            "CallSid": new_sid("CA"),
            "Direction": "inbound",
            "Caller": from_,
            "Called": to,
        }
        recording = f"{self._account_url}/Recordings/{self._store.record(seconds)}"
        call = PlayedCall(form, seconds if leave_voicemail else 0, recording, transcript)
        call.play(webhook_base_url, self.post, order)
        return call

    def add_media(self, content_type: str, data: bytes) -> str:
        """Keep a file as if it had come in with a message; its address at the provider."""
        kept = self._store.keep(content_type, data)
        return f"{self._account_url}/Messages/{new_sid('MM')}/Media/{kept}"

    @property
    def picture(self) -> tuple[str, bytes]:
        """Something to send: a small real picture."""
        return "image/png", media.png()

    @property
    def _account_url(self) -> str:
        return f"{self.url}/2010-04-01/Accounts/{self.account_sid}"

    def _common(self, from_: str, to: str) -> Form:
        """What every webhook carries; several are blank more often than not."""
        return {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": from_,
            "To": to,
            "FromCity": "",
            "FromState": "",
            "FromZip": "",
            "FromCountry": "GB",
            "ToCity": "",
            "ToState": "DC",
            "ToZip": "",
            "ToCountry": "US",
        }

    def _media_fields(self, sid: str, media: Sequence[tuple[str, bytes]]) -> Form:
        fields = {}
        for n, (content_type, data) in enumerate(media):
            kept = self._store.keep(content_type, data)
            fields[f"MediaUrl{n}"] = f"{self._account_url}/Messages/{sid}/Media/{kept}"
            fields[f"MediaContentType{n}"] = content_type
        return fields
