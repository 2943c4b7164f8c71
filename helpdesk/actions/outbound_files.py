"""Files on their way out: their bytes, and a signed address for providers that fetch them."""

from __future__ import annotations

from collections.abc import Iterable

from itsdangerous import BadSignature, URLSafeTimedSerializer

from channels.message import OutboundFile
from helpdesk.desk import Desk
from helpdesk.models import Attachment

FETCH_WITHIN = 3600  # seconds that a provider has to fetch a file


def outbound_files(desk: Desk, attachments: Iterable[Attachment]) -> tuple[OutboundFile, ...]:
    """The files of a message as an adapter sends them."""
    return tuple(
        OutboundFile(a.name, a.content_type, desk.files.read(a.sha256), signed_url(desk, a))
        for a in attachments
    )


def signed_url(desk: Desk, attachment: Attachment) -> str:
    """An address under which the file can be fetched without a login, for an hour."""
    return f"{desk.settings.url}/media/{_signer(desk).dumps(attachment.id)}/{attachment.id}"


def attachment_of(desk: Desk, token: str) -> int | None:
    """The attachment that ``token`` lets one fetch, or None when it is forged or too old."""
    try:
        return int(_signer(desk).loads(token, max_age=FETCH_WITHIN))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer(desk: Desk) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(desk.vault.keys("media addresses"))))
