"""Files that the provider keeps for the desk: pictures that came in, and recordings."""

from __future__ import annotations

from tests.standins.twilio import media
from tests.standins.twilio.signed_post import new_sid


class Store:
    """Incoming media by id, and recordings by id with their length in seconds."""

    def __init__(self) -> None:
        self.media: dict[str, tuple[str, bytes]] = {}
        self.recordings: dict[str, int] = {}

    def keep(self, content_type: str, data: bytes) -> str:
        sid = new_sid("ME")
        self.media[sid] = (content_type, data)
        return sid

    def record(self, seconds: int) -> str:
        sid = new_sid("RE")
        self.recordings[sid] = seconds
        return sid

    def recording(self, name: str) -> tuple[str, bytes] | None:
        """``RE....mp3``, ``RE....wav``; without an ending, a wav."""
        sid, _, ending = name.partition(".")
        if sid not in self.recordings or ending not in ("", "mp3", "wav"):
            return None
        if ending == "mp3":
            return "audio/mpeg", media.mp3(self.recordings[sid])
        return "audio/x-wav", media.wav(self.recordings[sid])
