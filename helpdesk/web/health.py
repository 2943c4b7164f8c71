"""Whether the desk is alive, whether it can work, and how it does."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.web.current import desk

REQUESTS = Counter("helpdesk_requests_total", "Requests served.", ["endpoint", "method", "status"])
LATENCY = Histogram("helpdesk_request_seconds", "Time to serve a request.", ["endpoint"])

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Measure every request."""
    app.before_request(_start)
    app.after_request(_measure)


@blueprint.get("/healthz")
def alive() -> Response:
    return Response("alive\n", content_type="text/plain")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether each part can work; 503 while the database or the jobs cannot."""
    parts = {
        "database": _database_answers(),
        "jobs": _says("jobs_ready"),
        "bot": _says("bot_ready"),
    }
    is_ready = parts["database"] is True and parts["jobs"] is not False
    return jsonify(ready=is_ready, **parts), 200 if is_ready else 503


def _database_answers() -> bool:
    try:
        with desk().read() as session:
            session.execute(text("SELECT 1 FROM tickets LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def _says(name: str) -> bool | None:
    """What a part says of itself; None when it does not run in this process."""
    check: Callable[[], bool] | None = current_app.extensions.get(name)
    return bool(check()) if check else None


@blueprint.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _start() -> None:
    g.started = time.perf_counter()


def _measure(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method, response.status_code).inc()
    if (started := g.pop("started", None)) is not None:
        LATENCY.labels(endpoint).observe(time.perf_counter() - started)
    return response
