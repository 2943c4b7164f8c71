"""Small real files, made in code: a picture and recordings."""

from __future__ import annotations

import io
import struct
import wave
import zlib

# MPEG-1 layer III, 32 kbit/s, 44.1 kHz, one channel: 104 bytes and 1152 samples a frame.
_SILENT_FRAME = bytes((0xFF, 0xFB, 0x10, 0xC4)) + bytes(100)
_FRAMES_PER_SECOND = 44_100 / 1152


def png(width: int = 8, height: int = 8, rgb: tuple[int, int, int] = (200, 80, 40)) -> bytes:
    """A picture in one colour."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + bytes(rgb) * width) * height
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def mp3(seconds: int) -> bytes:
    """Silence that a browser plays."""
    return _SILENT_FRAME * max(1, round(seconds * _FRAMES_PER_SECOND))


def wav(seconds: int) -> bytes:
    """Silence, 8 kHz, 16 bits, one channel: what a telephone line carries."""
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(bytes(2 * 8000 * seconds))
    return file.getvalue()
