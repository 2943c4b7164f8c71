"""Scripts and styles by the names of their current build, compressed once, kept for ever."""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent.parent / "static"
DIST = STATIC / "dist"
FOR_EVER = "public, max-age=31536000, immutable"
TEXT = (".js", ".css", ".svg", ".map")

blueprint = Blueprint("assets", __name__)


def asset(name: str) -> str:
    """The address of a built file: asset("desk.js")."""
    return url_for("assets.built", name=_manifest(_built_at()).get(name, name))


def version() -> str:
    """A short digest of the whole build: another one after every change of a script or a style."""
    return _digest(_built_at())


def say_version(response: Response) -> Response:
    """Tell a page that stands open which build is current; it may be of an older one."""
    if "HX-Request" in request.headers:
        response.headers["Desk-Assets"] = version()
    return response


@cache
def icons() -> Markup:
    """The icon symbols, once a page."""
    return Markup((STATIC / "icons.svg").read_text())  # noqa: S704  our own file


@blueprint.get("/assets/<name>")
def built(name: str) -> Response:
    """A built file; its name holds a hash of what is in it."""
    path = DIST / name
    if name.startswith(".") or path.parent != DIST or not path.is_file():
        abort(404)
    is_text = path.suffix in TEXT
    is_small = is_text and "gzip" in request.headers.get("Accept-Encoding", "")
    body = _compressed(path, path.stat().st_mtime_ns) if is_small else path.read_bytes()
    response = Response(body, content_type=_type(path))
    response.headers["Cache-Control"] = FOR_EVER
    if is_text:
        response.vary.add("Accept-Encoding")
    if is_small:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if path.suffix in TEXT else kind


@cache
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _built_at() -> int:
    try:
        return (DIST / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@cache
def _digest(built_at: int) -> str:
    names = sorted(_manifest(built_at).values())
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]


@cache
def _manifest(built_at: int) -> dict[str, str]:
    return dict(json.loads((DIST / "manifest.json").read_text())) if built_at else {}
