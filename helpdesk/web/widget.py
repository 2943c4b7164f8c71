"""The chat widget: the script that sites embed, and the page in its frame."""

from __future__ import annotations

from pathlib import Path

from flask import Response, g, render_template, request

from helpdesk.web import widget_api, widget_files, widget_strings, widget_survey  # noqa: F401  they add routes
from helpdesk.web import widget_visitor as who
from helpdesk.web.widget_blueprint import blueprint

LOADER = Path(__file__).parent.parent / "static" / "dist" / "loader.js"
NOT_BUILT = "// The front end is not built yet: run make setup.\n"

__all__ = ["blueprint"]


@blueprint.get("/widget.js")
def loader() -> Response:
    """The script that a site embeds; it keeps its address for ever."""
    if not LOADER.is_file():
        return Response(NOT_BUILT, 503, mimetype="text/javascript")
    response = Response(LOADER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/widget/<key>")
def page(key: str) -> Response:
    """The page in the frame. Only the sites that the inbox allows may show it."""
    inbox = who.inbox_of(key)
    settings = who.settings_of(inbox)
    about = widget_strings.about(inbox.address, settings, g.widget_locale)
    theme = request.args.get("theme", "")
    html = render_template(
        "widget/page.html", about=about, 
        locale=g.widget_locale.replace("_", "-"), theme=theme if theme in ("light", "dark") else "",
    )  # fmt: skip
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _policy(settings.allowed_origins)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _policy(origins: list[str]) -> str:
    ancestors = " ".join(["'self'", *origins]) if origins else "*"
    host = request.host
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
        "img-src 'self' data: blob:",
        f"connect-src 'self' ws://{host} wss://{host}",  # older Safari: 'self' is not enough
        "base-uri 'none'", "form-action 'none'", f"frame-ancestors {ancestors}",
    ))  # fmt: skip
