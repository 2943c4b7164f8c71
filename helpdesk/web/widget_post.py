"""Reading what a visitor posted, within its limits, into the bytes that intake keeps."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from channels.chat import CLIENT_ID, MAX_FILES, MAX_NAME
from helpdesk.extensions import match_locale
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.widget_refusals import Refused
from helpdesk.web.widget_visitor import Asking, vouched_addresses

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s\"(),:;<>\[\\\]]{1,190}\.[^@\s.]{2,60}")


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is fit to be kept. ``client_id`` is the browser's own name for it."""

    client_id: str
    raw: bytes


def message(asking: Asking) -> Posted:
    """The posted message, as JSON for ``channels.chat``. Raises ``Refused`` (422)."""
    form = _fields()
    client_id = _client_id(form)
    text, files = _text(form), _files()
    if not text and not files:
        raise Refused(422, "empty", _("Write something before you send."))
    posted: dict[str, Any] = {
        "visitor": asking.visitor.id,
        "client_id": client_id,
        "text": text,
        "language": match_locale(request.headers.get("Accept-Language", "")).replace("_", "-"),
        "name": asking.visitor.identity.name if asking.visitor.identity else "",
        "page": _page(form),
        "claims": [
            {"kind": a.kind.value, "value": a.value, "name": a.name, "proof": a.proof.value}
            for a in vouched_addresses(asking.visitor)
        ],
        "files": [_encoded(file) for file in files],
    }
    return Posted(client_id, json.dumps(posted, ensure_ascii=False).encode())


def contact() -> tuple[str, str]:
    """The name and the email that a visitor typed. Raises ``Refused`` (422)."""
    form = _fields()
    name, email = _line(form.get("name")), _line(form.get("email"))
    if not name and not email:
        raise Refused(422, "empty", _("Write your email, so that we can answer there."))
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        said = _("This email is not complete: it looks like name@site.com.")
        raise Refused(422, "bad_email", said)
    return name[:MAX_NAME], email


def _fields() -> dict[str, Any]:
    if not request.is_json:
        return request.form.to_dict()
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        raise Refused(400, "bad_request", _("The request could not be read."))
    return fields


def _client_id(form: dict[str, Any]) -> str:
    client_id = form.get("client_id")
    if not isinstance(client_id, str) or not re.fullmatch(CLIENT_ID, client_id):
        raise Refused(400, "bad_request", _("The request could not be read."))
    return client_id


def _text(form: dict[str, Any]) -> str:
    text = form.get("text", "")
    if not isinstance(text, str) or _CONTROL.search(text):
        raise Refused(422, "not_text", _("This is not plain text. Send it as a file."))
    text = text.replace("\r\n", "\n").strip()
    most = desk().settings.max_chat_chars
    if len(text) > most:
        said = _("This is %(count)d characters; %(most)d are the most. Send it in parts.",
                 count=len(text), most=most)  # fmt: skip
        raise Refused(422, "too_long", said)
    return text


def _files() -> list[FileStorage]:
    files = [file for file in request.files.getlist("files") if file.filename or file.mimetype]
    if len(files) > MAX_FILES:
        said = _("%(most)d files are the most for one message.", most=MAX_FILES)
        raise Refused(422, "too_many_files", said)
    return files


def _encoded(file: FileStorage) -> dict[str, str]:
    most = desk().settings.max_upload_bytes
    data = file.stream.read(most + 1)
    if len(data) > most:
        raise Refused(422, "file_too_large", too_large(file.filename or ""))
    if not data:
        raise Refused(422, "empty_file", _("%(name)s is empty.", name=file.filename or "?"))
    return {
        "name": file.filename or "",
        "type": file.mimetype or "application/octet-stream",
        "data": base64.b64encode(data).decode(),
    }


def too_large(name: str) -> str:
    size = max(1, desk().settings.max_upload_bytes // 1_048_576)
    return str(_("%(name)s is larger than %(size)d MB.", name=name or _("This"), size=size))


def _page(form: dict[str, Any]) -> str:
    """Where the visitor wrote from; shown to agents, so only a plain web address."""
    page = _line(form.get("page"))
    return page[:500] if page.startswith(("http://", "https://")) else ""


def _line(value: object) -> str:
    return " ".join(_CONTROL.sub("", value).split()) if isinstance(value, str) else ""
