"""The web process: gunicorn with the app, its sockets and, by default, the jobs."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from helpdesk.config import Settings

# Seconds that a thread may keep the interpreter while another wants it. A request lets go at each
# of its 15 to 35 statements, and gets in line again: with Python's 5 ms the 95th percentile of
# `python -m benchmarks.chat` was 256 and 206 ms, with 1 ms 135 and 157 ms in the same minutes.
SWITCH_EVERY = 0.001


class Server(BaseApplication):
    """gunicorn, set up from the desk's settings instead of a file of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in the worker process: opens the desk there and starts its crew."""
        import atexit

        from helpdesk import create_app, memory
        from helpdesk.desk import open_desk
        from helpdesk.jobs.crew import Crew
        from helpdesk.jobs.rasa import Rasa
        from helpdesk.logs import configure_logs

        configure_logs(self._settings)
        desk = open_desk(self._settings)
        app = create_app(desk)
        app.extensions["jobs_ready"] = lambda: True
        if self._settings.jobs == "inside":
            crew = Crew(desk)
            crew.start()
            atexit.register(crew.stop)
            app.extensions["jobs_ready"] = lambda: crew.is_well
        if self._settings.bot_url:
            app.extensions["bot_ready"] = Rasa(self._settings.bot_url).is_well
        memory.settle()
        sys.setswitchinterval(SWITCH_EVERY)
        return app


def _options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "graceful_timeout": 3,
        "timeout": 120,
        "keepalive": 15,
        "loglevel": settings.log_level,
        "forwarded_allow_ips": "*" if settings.trusted_proxies else "127.0.0.1",
        "control_socket_disable": True,
        "proc_name": "helpdesk",
    }
    if settings.async_mode == "gevent":
        return options | {"worker_class": "gevent", "worker_connections": 4096}
    return options | {
        "worker_class": "gthread",
        "threads": settings.threads,
        "worker_connections": settings.threads + 1024,
    }


def make_waiting_cooperate(settings: Settings) -> None:
    """Let others run while one waits, where all share one thread.

    To be called before the database is opened: psycopg looks only once, when it is imported,
    whether its waiting has to cooperate. Else one who waits for a row stops everybody.
    """
    if settings.async_mode == "gevent":
        from gevent import monkey

        monkey.patch_all()


def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    Server(settings).run()
