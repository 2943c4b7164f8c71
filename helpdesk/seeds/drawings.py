"""The files that the demo's customers send, drawn here so that the repository keeps none."""

from __future__ import annotations

import io
import math
import struct
import wave
import zlib
from collections.abc import Callable
from functools import cache

from helpdesk.seeds.raw import File

RATE = 8000  # samples a second

Colour = tuple[int, int, int]


def picture(name: str, width: int, height: int, paint: Callable[[float, float], Colour]) -> File:
    """A PNG; ``paint`` gives the colour at a place between 0 and 1."""
    rows = b"".join(
        b"\0" + bytes(c for x in range(width) for c in paint(x / width, y / height))
        for y in range(height)
    )
    size = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", size)
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )
    return File(name, "image/png", data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def snapped_pole(name: str, tilt: float) -> File:
    """An orange tent pole before hills, broken in the middle."""

    def paint(x: float, y: float) -> Colour:
        if abs(y - 0.55 - tilt * abs(x - 0.5)) < 0.03 and abs(x - 0.5) > 0.02:
            return 217, 138, 60
        if y > 0.7 + 0.08 * math.sin(7 * x):
            return 56, 88, 76
        return (129, 160, 169) if y > 0.35 + 0.2 * abs(math.sin(4 * x)) else (188, 210, 216)

    return picture(name, 144, 96, paint)


def lost_loft(name: str) -> File:
    """A down jacket's flat chambers."""

    def paint(x: float, y: float) -> Colour:
        shade = int(30 * abs(math.sin(20 * y)) * (1 - x / 2))
        return 40 + shade, 80 + shade, 110 + shade

    return picture(name, 96, 96, paint)


def page(name: str, *lines: str) -> File:
    """A PDF of one page with some lines of Latin text."""
    words = "\n".join(
        f"BT /F1 12 Tf 56 {780 - 18 * i} Td ({line}) Tj ET" for i, line in enumerate(lines)
    )
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return File(name, "application/pdf", (body + tail).encode("latin-1"))


@cache
def recording(seconds: int) -> bytes:
    """A WAV that hums as somebody speaks: syllables, and pauses for breath."""
    second = bytes(
        128 + int(40 * math.sin(t / 9) * max(0.0, math.sin(t / 700)) * math.sin(t / 2546) ** 2)
        for t in range(RATE)
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as tape:
        tape.setnchannels(1)
        tape.setsampwidth(1)
        tape.setframerate(RATE)
        tape.writeframes(second * seconds)
    return out.getvalue()
