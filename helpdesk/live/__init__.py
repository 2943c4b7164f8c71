"""Live pages over Socket.IO: sockets carry ids and numbers, never text.

After a commit every page that may show the ticket gets ``poke {ticket, version}`` and asks, over
HTTP and with its own rights, for what it lacks. That a customer received or read a message is a
``receipt``, which only the pages get that show the ticket. A lost poke costs nothing but time:
pages also ask when they connect, come back into view, and once in a while.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import socketio as engine

from helpdesk.actions.sessions import seen as agents_seen
from helpdesk.actions.visitors import seen as visitors_seen
from helpdesk.desk import Desk
from helpdesk.extensions import socketio
from helpdesk.live.agents import AgentSockets
from helpdesk.live.loops import Loops
from helpdesk.live.pokes import Pokes
from helpdesk.live.presence import Presence
from helpdesk.live.tail import Tail
from helpdesk.live.visitors import VisitorSockets

if TYPE_CHECKING:
    from flask import Flask

CHANNEL = "helpdesk"  # of the Redis messages between processes
MOST_BYTES = 16_384  # of one packet; ours are tiny


def register(app: Flask) -> None:
    """Bind Socket.IO to the app, and poke the browsers after each commit."""
    desk: Desk = app.extensions["desk"]
    socketio.init_app(
        app,
        async_mode=desk.settings.async_mode,
        client_manager=_manager(desk),
        async_handlers=False,
        transports=["websocket"],
        cors_allowed_origins="*",  # each namespace checks the origin by itself
        ping_interval=25,
        ping_timeout=20,
        max_http_buffer_size=MOST_BYTES,
    )
    server = socketio.server
    pokes = Pokes(desk, server.emit)
    agents_here = Presence[int](partial(agents_seen, desk))
    visitors_here = Presence[str](partial(visitors_seen, desk))
    loops = Loops(server, agents_here.look, visitors_here.look)
    if not desk.settings.redis_url:
        loops.add(Tail(desk, pokes).look)
    socketio.on_namespace(AgentSockets("/agents", desk, loops, agents_here))
    socketio.on_namespace(VisitorSockets("/chat", desk, loops, visitors_here))
    pokes.listen()


def attach_writer(desk: Desk) -> None:
    """Let the commits of a process without sockets (CLI, worker) reach the browsers.

    Through Redis where there is one; else by the change rows, which need nothing here.
    """
    if desk.settings.redis_url:
        writer = engine.RedisManager(desk.settings.redis_url, channel=CHANNEL, write_only=True)
        Pokes(desk, writer.emit).listen()


def _manager(desk: Desk) -> engine.Manager:
    if desk.settings.redis_url:
        return engine.RedisManager(desk.settings.redis_url, channel=CHANNEL)
    return engine.Manager()
