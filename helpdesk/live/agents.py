"""The agents' sockets: they hear of changes, watch one ticket, and say that they type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import request
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, Namespace, join_room, leave_room

from helpdesk.desk import Desk
from helpdesk.live import rooms
from helpdesk.live.loops import Loops
from helpdesk.live.origin import is_ours
from helpdesk.live.presence import Presence
from helpdesk.live.rooms import Audience
from helpdesk.live.throttle import Throttle
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Watch:
    """A page that shows a ticket."""

    room: str
    ticket: int
    agent: int


class AgentSockets(Namespace):
    """``/agents``. In: ``watch {ticket}``, ``unwatch``, ``typing {ticket}``,
    ``here {ticket, replying}``.
    Out: ``poke {ticket, version}``, ``receipt {ticket, version}`` (to the pages that show the
    ticket), ``typing {ticket, name}``, ``told``; ``who``, ``here {ticket, agent, name,
    replying}`` and ``gone {ticket, agent}``.

    Who looks at a ticket is nobody's record: pages say it every 20 seconds and when somebody comes
    (``who``), and forget whom they have not heard of for 60. So it is the same over one process or
    many. That an agent has a page open at all is written down with their session.

    Every event is checked anew: an agent whose session ended, or who may no longer see the
    ticket, is not served.
    """

    def __init__(self, namespace: str, desk: Desk, loops: Loops, sessions: Presence[int]) -> None:
        super().__init__(namespace)
        self._desk = desk
        self._loops = loops
        self._sessions = sessions
        self._throttle = Throttle()
        self._presence = Throttle(0.3)
        self._watched: dict[str, Watch] = {}  # by socket

    def on_connect(self, _auth: object = None) -> None:
        actor = _me()
        if actor is None or not is_ours(self._desk):
            raise ConnectionRefusedError("Sign in again.")
        with self._desk.read() as session:
            for room in rooms.rooms_of(session, actor):
                join_room(room)
        self._sessions.arrived(_socket(), current_user.staff.session)
        self._loops.start()

    def on_disconnect(self, _reason: object = None) -> None:
        self._leave()
        self._sessions.left(_socket())
        self._throttle.forget(_socket())
        self._presence.forget(_socket())

    def on_watch(self, data: object = None) -> int:
        """The page shows this ticket, and no other. Its version; 0 when the agent may not."""
        self.on_unwatch()
        ticket = _ticket(data)
        audience = self._audience(ticket)
        if audience is None:
            return 0
        actor = _me()
        assert actor is not None  # who has an audience is somebody
        watch = Watch(rooms.ticket(ticket, audience.private_team), ticket, actor.id or 0)
        join_room(watch.room)
        self._watched[_socket()] = watch
        self._say("who", {"ticket": ticket}, watch.room)
        return audience.version

    def on_unwatch(self, _data: object = None) -> None:
        watch = self._leave()
        if watch is not None:
            leave_room(watch.room)

    def _leave(self) -> Watch | None:
        watch = self._watched.pop(_socket(), None)
        if watch is not None:
            self._say("gone", {"ticket": watch.ticket, "agent": watch.agent}, watch.room)
        return watch

    def on_here(self, data: object = None) -> bool:
        """The agent looks at the ticket, or writes a reply in it: their colleagues are told.

        All agents' queues hear of who replies; that somebody only looks, those who look, too.
        False: it came too soon after another sign, and is to be said again.
        """
        if not self._presence.lets_through(_socket()):
            return False
        ticket, actor = _ticket(data), _me()
        audience = self._audience(ticket)
        if actor is None or audience is None:
            return True
        replying = isinstance(data, dict) and data.get("replying") is True
        news = {"ticket": ticket, "agent": actor.id, "name": actor.name, "replying": replying}
        room = rooms.ticket(ticket, audience.private_team)
        self._say("here", news, audience.agents if replying or _stops(data) else room)
        return True

    def _say(self, event: str, news: dict[str, Any], to: str | list[str]) -> None:
        self.socketio.emit(event, news, to=to, namespace="/agents")

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


def _stops(data: object) -> bool:
    """Whether the agent has just stopped writing: whoever saw that they wrote must know."""
    return isinstance(data, dict) and data.get("stops") is True


def _ticket(data: object) -> int:
    number = data.get("ticket") if isinstance(data, dict) else None
    return number if type(number) is int else 0  # True is an int, too
