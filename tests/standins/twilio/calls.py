"""A caller: rings the desk, listens to what its TwiML says, and leaves a voicemail or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from tests.standins.twilio.signed_post import Answer, Form, new_sid

Post = Callable[[str, Form], Answer]

USUAL_ORDER = ("recorded", "status", "transcribed")


@dataclass
class PlayedCall:
    """One call, and all that was posted and heard in it."""

    form: Form  # the fields that every webhook of this call carries
    voicemail_seconds: int  # 0: the caller hangs up at the tone
    recording_url: str = ""  # without its ending, as the provider writes it
    transcript: str | None = None
    heard: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)  # by webhook event

    @property
    def sid(self) -> str:
        return self.form["CallSid"]

    def play(self, base_url: str, post: Post, order: Sequence[str]) -> None:
        """Ring ``base_url``/voice and do what the answer says, the rest in ``order``."""
        tone = self._ring(base_url, post)
        left = self._webhooks(base_url, tone)
        for event in order:
            if event in left:
                self.answers[event] = post(*left[event])
        if "recorded" in self.answers:
            self._listen(self.answers["recorded"])

    def _ring(self, base_url: str, post: Post) -> ElementTree.Element | None:
        self.answers["voice"] = post(f"{base_url}/voice", self.form | {"CallStatus": "ringing"})
        return self._listen(self.answers["voice"])

    def _listen(self, answer: Answer) -> ElementTree.Element | None:
        """Hear the TwiML out; the <Record> it asks for, if any."""
        if answer.status != 200:
            return None
        for verb in ElementTree.fromstring(answer.body):
            if verb.tag == "Say":
                self.heard.append(verb.text or "")
                self.languages.append(verb.get("language", ""))
            if verb.tag == "Record":
                return verb
            if verb.tag == "Hangup":
                return None
        return None

    def _webhooks(
        self, base_url: str, tone: ElementTree.Element | None
    ) -> dict[str, tuple[str, Form]]:
        length = str(self.voicemail_seconds + 4)
        ended = self.form | {"CallStatus": "completed", "CallDuration": length}
        webhooks = {"status": (f"{base_url}/status", ended)}
        if tone is not None and self.voicemail_seconds:
            webhooks["recorded"] = (tone.attrib["action"], self._recorded(tone))
            if tone.get("transcribe") == "true" and self.transcript is not None:
                webhooks["transcribed"] = (tone.attrib["transcribeCallback"], self._transcribed())
        return webhooks

    def _recorded(self, tone: ElementTree.Element) -> Form:
        seconds = min(self.voicemail_seconds, int(tone.get("maxLength", "3600")))
        return self.form | {
            "CallStatus": "completed",
            "RecordingSid": self._recording_sid,
            "RecordingUrl": self.recording_url,
            "RecordingDuration": str(seconds),
            "Digits": "hangup",
        }

    def _transcribed(self) -> Form:
        words = self.transcript or ""
        return self.form | {
            "CallStatus": "completed",
            "RecordingSid": self._recording_sid,
            "RecordingUrl": self.recording_url,
            "TranscriptionSid": new_sid("TR"),
            "TranscriptionStatus": "completed" if words else "failed",
            "TranscriptionText": words,
        }

    @property
    def _recording_sid(self) -> str:
        return self.recording_url.rpartition("/")[2]
