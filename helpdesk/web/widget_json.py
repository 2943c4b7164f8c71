"""What the visitor's page is told, as JSON."""

from __future__ import annotations

from typing import Any

from flask import url_for

from helpdesk.queries.survey_invitations import Invited
from helpdesk.queries.visitor_transcript import ChatFile, ChatMessage, News, write_cursor
from helpdesk.rules import visitor_token
from helpdesk.web.current import desk
from helpdesk.web.widget_visitor import Asking


def news(
    asking: Asking, found: News, answer_goes_to: str | None, survey: Invited | None = None
) -> dict[str, Any]:
    """``{messages, cursor, ended, answer_goes_to, survey}``; ``answer_goes_to`` is null when it
    is as before, ``survey`` when there is nothing to rate."""
    return {
        "messages": [_message(asking, message) for message in found.messages],
        "cursor": write_cursor(found.cursor),
        "ended": found.is_ended,
        "survey": _survey(survey) if survey else None,
        "answer_goes_to": None if answer_goes_to is None else _shown(asking, answer_goes_to),
    }


def _survey(found: Invited) -> dict[str, Any]:
    return {"ticket": found.ticket, "score": found.score, "comment": found.comment}


def _message(asking: Asking, message: ChatMessage) -> dict[str, Any]:
    return {
        "ticket": message.ticket,
        "seq": message.seq,
        "mine": message.mine,
        "client_id": message.client_id,
        "by": message.author_kind,
        "author": message.author,
        "text": message.text,
        "language": message.language,
        "at": message.at.isoformat(timespec="seconds"),
        "files": [_file(asking, file) for file in message.files],
        "buttons": message.buttons,
    }


def _file(asking: Asking, file: ChatFile) -> dict[str, Any]:
    key = desk().vault.key(visitor_token.KEY_PURPOSE)
    address = url_for(
        "widget.file", key=asking.key, attachment_id=file.id,
        t=visitor_token.file_pass(file.id, asking.visitor.id, key),
    )  # fmt: skip
    is_there = file.state == "stored"
    return {
        "id": file.id, "name": file.name, "type": file.content_type, "size": file.size,
        "url": address if is_there else "",
    }  # fmt: skip


def _shown(asking: Asking, address: str) -> str:
    """In full only to who signed in with it: a browser may be in other hands."""
    who = asking.visitor.identity
    if not address or (who is not None and who.email == address.lower()):
        return address
    local, _at, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
