"""Where replies are captured when no SMTP server is set: one .eml file a mail."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from channels.message import DeliveryState, Receipt, TemporaryFailure

CAPTURED = "Captured in the local outbox: no SMTP server is set."


def capture(outbox_dir: Path, key: str, raw: bytes) -> Receipt:
    """Write the mail as ``<hash of its key>.eml``: whole or not at all, and durable.

    Raises TemporaryFailure when the folder cannot be written.
    """
    path = outbox_dir / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.eml"
    partial = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        outbox_dir.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        with suppress(OSError):
            partial.unlink()
        raise TemporaryFailure(
            f"The local outbox {outbox_dir} cannot be written: {problem.strerror}."
        ) from problem
    return Receipt(DeliveryState.SENT, provider_id=path.name, reason=CAPTURED)
