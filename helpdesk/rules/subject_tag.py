"""The tag ``[#42]`` at the end of a subject: a hint, and never proof, of the ticket it is about."""

from __future__ import annotations

import re

_TAG = re.compile(r"\[#(\d{1,9})\]")
_ANSWER = re.compile(r"^(?:\s*(?:re|aw|sv|回复|答复)\s*[:：])+\s*", re.IGNORECASE)
MAX_SUBJECT = 900  # characters; longer subjects are cut before the tag


def tag(ticket_id: int) -> str:
    return f"[#{ticket_id}]"


def tagged(subject: str, ticket_id: int) -> str:
    """``subject`` with the tag at its end, and no other tag in it."""
    bare = " ".join(_TAG.sub(" ", subject).split())[:MAX_SUBJECT]
    return f"{bare} {tag(ticket_id)}".strip()


def find(subject: str) -> int | None:
    """The ticket that the subject names: the last tag, as ours stands at the end."""
    found = _TAG.findall(subject)
    return int(found[-1]) if found else None


def reply_subject(subject: str, ticket_id: int) -> str:
    """The subject of our answer: one "Re:", the ticket's subject, and the tag at the end."""
    return tagged(f"Re: {_ANSWER.sub('', subject)}", ticket_id)
