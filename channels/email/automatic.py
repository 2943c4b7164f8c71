"""Whether a machine wrote a mail, and how we know (RFC 3834, and what is used in the field).

What is automatic is stored as a note and never answered automatically.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from channels.email.charsets import clean_line
from channels.email.structure import Part

LOOP_HEADER = "X-Helpdesk-Loop"

_PRECEDENCE = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_REPLY_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
)
_SUBJECT = re.compile(
    r"(automatic reply|auto[- ]?reply|autoreply|out of office|automatische antwort|"
    r"réponse automatique|respuesta automática|risposta automatica|"
    r"自动回复|自動回覆|自動回復|自動応答)"
    r"\s*[:：]",
    re.IGNORECASE,
)


def automatic_reason(mail: Part, subject: str, inbox_address: str, meta: Mapping[str, str]) -> str:
    """Why it counts as automatic, e.g. "Auto-Submitted: auto-replied"; "" when it does not."""
    if _is_our_own(mail, inbox_address):
        return "It is our own mail, come back (loop header)"
    for reason in (_submitted(mail), _list(mail, inbox_address), _marks(mail)):
        if reason:
            return reason
    if _SUBJECT.match(subject):
        return f"The subject says so: {subject[:60]}"
    return "Null return path" if _has_null_sender(mail, meta) else ""


def _has_null_sender(mail: Part, meta: Mapping[str, str]) -> bool:
    """Our listener heard it, or the server of the mailbox wrote it down."""
    heard = meta.get("source") == "smtp" and meta.get("mail_from") == ""
    return heard or mail.value("return-path").strip() == "<>"


def _is_our_own(mail: Part, inbox_address: str) -> bool:
    """Another desk that runs this software carries its own address: its agents are heard."""
    values = (value.strip().lower() for value in mail.values(LOOP_HEADER.lower()))
    return inbox_address.lower() in values


def _submitted(mail: Part) -> str:
    for value in mail.values("auto-submitted"):
        if value.split(";")[0].strip().lower() not in ("no", ""):
            return f"Auto-Submitted: {clean_line(value, 60)}"
    return ""


def _list(mail: Part, inbox_address: str) -> str:
    """Mailing lists, but not the list (a Google group, say) that feeds this very inbox."""
    own = inbox_address.lower().replace("@", ".")
    ids = mail.values("list-id")
    if any(f"<{own}>" in value.lower() for value in ids):
        return ""
    if ids:
        return f"List-Id: {clean_line(ids[0], 80)}"
    for value in mail.values("precedence"):
        if value.strip().lower() in _PRECEDENCE:
            return f"Precedence: {clean_line(value, 40)}"
    return ""


def _marks(mail: Part) -> str:
    suppress = mail.value("x-auto-response-suppress").strip()
    if suppress and suppress.lower() != "none":
        return f"X-Auto-Response-Suppress: {clean_line(suppress, 60)}"
    for name in _REPLY_MARKS:
        value = mail.value(name).strip()
        if value and value.lower() not in ("no", "false"):
            return f"{name.title()}: {clean_line(value, 60)}"
    return ""
