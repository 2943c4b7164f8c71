"""The agents' sockets: they hear of changes, watch one ticket, and say that they type."""

from __future__ import annotations

from typing import cast

from flask import request
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, Namespace, join_room, leave_room

from helpdesk.desk import Desk
from helpdesk.live import rooms
from helpdesk.live.loops import Loops
from helpdesk.live.origin import is_ours
from helpdesk.live.rooms import Audience
from helpdesk.live.throttle import Throttle
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import Actor


class AgentSockets(Namespace):
    """``/agents``. In: ``watch {ticket}``, ``unwatch``, ``typing {ticket}``.
    Out: ``poke {ticket, version}``, ``typing {ticket, name}``.

    Every event is checked anew: an agent whose session ended, or who may no longer see the
    ticket, is not served.
    """

    def __init__(self, namespace: str, desk: Desk, loops: Loops) -> None:
        super().__init__(namespace)
        self._desk = desk
        self._loops = loops
        self._throttle = Throttle()
        self._watched: dict[str, str] = {}  # socket -> room

    def on_connect(self, _auth: object = None) -> None:
        actor = _me()
        if actor is None or not is_ours(self._desk):
            raise ConnectionRefusedError("Sign in again.")
        with self._desk.read() as session:
            for room in rooms.rooms_of(session, actor):
                join_room(room)
        self._loops.start()

    def on_disconnect(self, _reason: object = None) -> None:
        self._watched.pop(_socket(), None)
        self._throttle.forget(_socket())

    def on_watch(self, data: object = None) -> bool:
        """The page shows this ticket, and no other. True when the agent may."""
        self.on_unwatch()
        ticket = _ticket(data)
        audience = self._audience(ticket)
        if audience is None:
            return False
        room = rooms.ticket(ticket, audience.private_team)
        join_room(room)
        self._watched[_socket()] = room
        return True

    def on_unwatch(self, _data: object = None) -> None:
        room = self._watched.pop(_socket(), None)
        if room is not None:
            leave_room(room)

    def on_typing(self, data: object = None) -> None:
        """The agent types a public reply: the visitors of the ticket are told the name."""
        ticket, actor = _ticket(data), _me()
        if actor is None or not self._throttle.lets_through(_socket()):
            return
        audience = self._audience(ticket)
        if audience is None or not audience.visitors:
            return
        to = [rooms.visitor(each) for each in audience.visitors]
        self.socketio.emit("typing", {"name": actor.name}, to=to, namespace="/chat")

    def _audience(self, ticket: int) -> Audience | None:
        """Who hears of the ticket; None when this agent may not see it."""
        actor = _me()
        if actor is None:
            return None
        with self._desk.read() as session:
            try:
                ticket_for(session, actor, ticket)
            except NotFound:
                return None
            return rooms.audience(session, ticket)


def _me() -> Actor | None:
    """The agent whose session this is, asked anew for each event."""
    return cast(Actor, current_user.actor) if current_user.is_authenticated else None


def _socket() -> str:
    return cast(str, request.sid)  # type: ignore[attr-defined]


def _ticket(data: object) -> int:
    number = data.get("ticket") if isinstance(data, dict) else None
    return number if type(number) is int else 0  # True is an int, too
