"""Delivery status notifications and other bounces -> what became of a mail of ours.

RFC 3464 (DSN), RFC 8098 (read receipts), and through flufl.bounce the formats of servers that
follow neither.
"""

from __future__ import annotations

import email
import logging
import re
from dataclasses import dataclass

from channels.email import charsets
from channels.email.files import content
from channels.email.headers import addresses, message_ids, normalized, references
from channels.email.structure import Part, parse_structure
from channels.message import DeliveryState, Unreadable

MAX_SCANNED = 256_000  # bytes of a bounce that are searched
MAX_REASON = 400  # characters

_RETURNED = {
    "message/rfc822",
    "message/global",
    "message/rfc822-headers",
    "message/global-headers",
    "text/rfc822-headers",
}
_STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
_DAEMON = re.compile(r"(mailer-daemon|postmaster|mail-daemon|maildaemon|mdaemon)@", re.IGNORECASE)
_NOBODY = re.compile(r"(mailer-daemon|mail-daemon|maildaemon|mdaemon)@", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (status|fail|has failed)|failure notice|"
    r"mail delivery|could not be delivered|退信|系统退信|無法投遞|无法投递|未送达",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(rb"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_STATUS_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY_LINE = re.compile(r"^.{0,200}?\b([45]\d\d[ -].{5,300})$", re.MULTILINE)

_STATES = {
    "failed": DeliveryState.FAILED,
    "delayed": DeliveryState.QUEUED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.SENT,
    "expanded": DeliveryState.SENT,
}
_SENTENCES = {
    DeliveryState.FAILED: "The mail could not be delivered",
    DeliveryState.QUEUED: "The mail is delayed; the server goes on trying",
    DeliveryState.DELIVERED: "The mail server confirms delivery",
    DeliveryState.SENT: "The mail was passed on to a server that confirms nothing",
    DeliveryState.READ: "The mail was displayed to its reader",
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says about one recipient."""

    state: DeliveryState
    recipient: str  # normalized, "" when it does not say
    reason: str  # a plain sentence with the server's code
    message_ids: tuple[str, ...]  # of the mail it is about, the most likely first

    @property
    def permanent(self) -> bool:
        return self.state is DeliveryState.FAILED


def read_bounce(mail: Part, raw: bytes, subject: str, mail_from: str | None) -> Bounce | None:
    """What this mail reports, or None when it reports nothing.

    ``mail_from``: the envelope sender where it is known; "" is the null sender (RFC 5321, 4.5.5).
    """
    report = mail.parameter("report-type").lower()
    if mail.content_type == "multipart/report" and report == "disposition-notification":
        return _read_receipt(mail)
    if mail.content_type == "multipart/report" or mail.value("x-failed-recipients"):
        found = _status_notification(mail, raw)
        if found:
            return found
    return _guessed(mail, raw, subject) if _looks_like_one(mail, subject, mail_from) else None


def _read_receipt(mail: Part) -> Bounce | None:
    fields = _fields(mail, {"message/disposition-notification"})
    ids = message_ids(" ".join(_first(fields, "original-message-id")))
    if not fields or "displayed" not in " ".join(_first(fields, "disposition")).lower():
        return None
    recipient = _recipient(fields[-1])
    sentence = f"{_SENTENCES[DeliveryState.READ]}."
    return Bounce(DeliveryState.READ, recipient, sentence, ids or references(mail))


def _status_notification(mail: Part, raw: bytes) -> Bounce | None:
    """The most serious of the recipients' fields: a DSN may name several (RFC 3464, 2.1)."""
    groups = [group for group in _fields(mail, _STATUS_PARTS) if group.get("action")]
    if not groups:
        return None
    order = list(_STATES)
    groups.sort(key=lambda group: order.index(_action(group)) if _action(group) in order else 99)
    worst = groups[0]
    state = _STATES.get(_action(worst))
    if state is None:
        return None
    return Bounce(state, _recipient(worst), _reason(state, worst), _about(mail, raw))


def _action(group: dict[str, str]) -> str:
    return group["action"].lower().split()[0] if group["action"].split() else ""


def _recipient(group: dict[str, str]) -> str:
    """The address that we used, before any server rewrote it, when the report knows it."""
    for name in ("original-recipient", "final-recipient"):
        found = addresses([group.get(name, "").rpartition(";")[2]])
        if found:
            return found[0].value
    return ""


def _reason(state: DeliveryState, group: dict[str, str]) -> str:
    diagnostic = group.get("diagnostic-code", "").partition(";")[2].strip()
    status = group.get("status", "").split("(")[0].strip()
    details = diagnostic or status
    if diagnostic and status and status not in diagnostic:
        details = f"{diagnostic} (status {status})"
    return _sentence(state, details)


def _sentence(state: DeliveryState, details: str) -> str:
    details = charsets.clean_line(details, MAX_REASON)
    return f"{_SENTENCES[state]}: {details}" if details else f"{_SENTENCES[state]}."


def _fields(mail: Part, types: set[str]) -> list[dict[str, str]]:
    """Groups of "Name: value" lines from the parts of those types, names in lower case."""
    groups: list[dict[str, str]] = []
    for part in mail.walk():
        if part.content_type in types:
            text = charsets.decode(content(part)[:MAX_SCANNED], "utf-8")
            groups += [_group(block) for block in text.split("\n\n") if block.strip()]
    return groups


def _group(block: str) -> dict[str, str]:
    group: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line[:1] in (" ", "\t") and name:
            group[name] += f" {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            group[name] = value.strip()
    return group


def _first(groups: list[dict[str, str]], name: str) -> list[str]:
    return [group[name] for group in groups if name in group]


def _about(mail: Part, raw: bytes) -> tuple[str, ...]:
    """Message-IDs of the returned mail; failing that, whatever the report refers to."""
    own = message_ids(mail.value("message-id"))
    found: list[str] = []
    for part in mail.walk():
        if part.content_type in _RETURNED:
            found += _ids_in_returned(content(part)[:MAX_SCANNED])
    if not found:
        body = raw[:MAX_SCANNED]
        found = [match.decode("ascii", "replace") for match in _MESSAGE_ID.findall(body)]
    return tuple(each for each in dict.fromkeys([*found, *references(mail)]) if each not in own)


def _ids_in_returned(returned: bytes) -> tuple[str, ...]:
    try:
        return message_ids(parse_structure(returned).value("message-id"))
    except Unreadable:
        return ()


def _looks_like_one(mail: Part, subject: str, mail_from: str | None) -> bool:
    if mail.value("auto-submitted").lower().startswith("auto-replied") and not _SUBJECT.search(
        subject
    ):
        return False  # a vacation notice, which has the null sender too
    daemon = _DAEMON.search(mail.value("from")) is not None
    return daemon or (_has_null_sender(mail, mail_from) and _SUBJECT.search(subject) is not None)


def _has_null_sender(mail: Part, mail_from: str | None) -> bool:
    return mail_from == "" or mail.value("return-path").strip() == "<>"


def unread_return(mail: Part, raw: bytes, subject: str, mail_from: str | None) -> tuple[str, ...]:
    """Message-IDs that a mail server's own mail names, where ``read_bounce`` made out no report.

    Whether one of them is ours, and this so the news of a delivery, the adapter cannot know. Mail
    that answers by itself, and news of what is only late, are none.
    """
    if mail.value("auto-submitted").lower().startswith("auto-replied"):
        return ()
    is_machines = _has_null_sender(mail, mail_from) or _NOBODY.search(mail.value("from"))
    if not is_machines or not _looks_like_one(mail, subject, mail_from):
        return ()  # a postmaster may be a person
    code = _STATUS_CODE.search(charsets.decode(raw[:MAX_SCANNED]))
    return () if code and code[1] != "5" else _about(mail, raw)


def _guessed(mail: Part, raw: bytes, subject: str) -> Bounce | None:
    temporary, permanent = _flufl(raw[:MAX_SCANNED])
    failed = permanent or temporary
    if not failed:
        return None
    state = DeliveryState.FAILED if permanent else DeliveryState.QUEUED
    text = charsets.decode(raw[:MAX_SCANNED])
    said = _REPLY_LINE.search(text)
    code = _STATUS_CODE.search(text)
    details = said[1] if said else f"status {code[0]}" if code else subject
    return Bounce(state, sorted(failed)[0], _sentence(state, details), _about(mail, raw))


def _flufl(raw: bytes) -> tuple[set[str], set[str]]:
    """Addresses that fail for now and for good; flufl.bounce raises on malformed mails."""
    from flufl.bounce import all_failures

    logger = logging.getLogger("flufl.bounce")
    logger.disabled = True
    try:
        temporary, permanent = all_failures(email.message_from_bytes(raw))
        return _texts(temporary), _texts(permanent)
    except Exception:
        return set(), set()


def _texts(found: object) -> set[str]:
    assert isinstance(found, frozenset | set)
    texts = (
        each.decode("ascii", "replace") if isinstance(each, bytes) else str(each) for each in found
    )
    return {normalized(text) for text in texts if "@" in text}
