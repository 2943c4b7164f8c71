"""The visitors' sockets: they hear of changes in their own tickets, and say that they type."""

from __future__ import annotations

from typing import cast

from flask import request
from flask_socketio import ConnectionRefusedError, Namespace, join_room
from sqlalchemy import select

from channels.chat import ChatSettings
from helpdesk.desk import Desk
from helpdesk.live import rooms
from helpdesk.live.loops import Loops
from helpdesk.live.origin import is_ours
from helpdesk.live.presence import Presence
from helpdesk.live.throttle import Throttle
from helpdesk.models import Customer, Inbox
from helpdesk.queries.visitor_transcript import current_ticket, point_of
from helpdesk.rules import visitor_token
from helpdesk.rules.visitor_token import BadToken

LONGEST_KEY = 100


class VisitorSockets(Namespace):
    """``/chat``, with ``auth {inbox, token}``. In: ``typing``. Out: ``poke {ticket, version}``,
    ``typing {name}``."""

    def __init__(self, namespace: str, desk: Desk, loops: Loops, presence: Presence[str]) -> None:
        super().__init__(namespace)
        self._desk = desk
        self._loops = loops
        self._presence = presence
        self._throttle = Throttle()
        self._visitors: dict[str, str] = {}  # socket -> visitor

    def on_connect(self, auth: object = None) -> None:
        visitor_id = self._visitor(auth)
        if visitor_id is None:
            raise ConnectionRefusedError("This chat has ended.")
        join_room(rooms.visitor(visitor_id))
        self._visitors[_socket()] = visitor_id
        self._presence.arrived(_socket(), visitor_id)
        self._loops.start()

    def on_disconnect(self, _reason: object = None) -> None:
        self._visitors.pop(_socket(), None)
        self._presence.left(_socket())
        self._throttle.forget(_socket())

    def on_typing(self, _data: object = None) -> None:
        """The visitor types: agents whose page shows the ticket are told."""
        visitor_id = self._visitors.get(_socket())
        if visitor_id is None or not self._throttle.lets_through(_socket()):
            return
        with self._desk.read() as session:
            point = point_of(session, visitor_id)
            ticket = current_ticket(session, point.actor) if point else None
            audience = rooms.audience(session, ticket) if ticket else None
            if point is None or ticket is None or audience is None:
                return
            name = session.get_one(Customer, point.customer_id).display_name
        room = rooms.ticket(ticket, audience.private_team)
        news = {"ticket": ticket, "name": name}
        self.socketio.emit("typing", news, to=room, namespace="/agents")

    def _visitor(self, auth: object) -> str | None:
        """The visitor whose token this is, from a page that may use the widget."""
        if not isinstance(auth, dict):
            return None
        inbox = self._inbox(str(auth.get("inbox", ""))[:LONGEST_KEY])
        if inbox is None or not self._may_come_from_there(inbox):
            return None
        token, number = str(auth.get("token", "")), inbox.id
        try:
            return self._desk.vault.read(
                visitor_token.KEY_PURPOSE,
                lambda key: visitor_token.read(token, key, number).id,
                BadToken,
            )
        except BadToken:
            return None

    def _inbox(self, key: str) -> Inbox | None:
        with self._desk.read() as session:
            return session.scalar(
                select(Inbox).where(
                    Inbox.channel == "chat", Inbox.address == key.lower(), Inbox.active
                )
            )

    def _may_come_from_there(self, inbox: Inbox) -> bool:
        settings = self._desk.settings_of(inbox)
        return isinstance(settings, ChatSettings) and is_ours(self._desk, settings.allowed_origins)


def _socket() -> str:
    return cast(str, request.sid)  # type: ignore[attr-defined]
