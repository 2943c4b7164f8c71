"""The service desk. ``create_app`` makes the web application of an open desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from helpdesk.desk import Desk


def create_app(desk: Desk) -> Flask:
    """The Flask application that serves ``desk``: pages, webhooks, widget and sockets."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from helpdesk import api, live, web
    from helpdesk.extensions import babel, choose_locale, csrf, limiter, login_manager
    from helpdesk.web.limit_counts import LimitCounts
    from helpdesk.web.turnstile import Turnstile

    app = Flask(__name__)
    app.extensions["desk"] = desk
    app.config.update(
        SECRET_KEY=desk.vault.key("sessions"),
        SECRET_KEY_FALLBACKS=list(desk.vault.keys("sessions")[1:]),
        WTF_CSRF_SECRET_KEY=list(reversed(desk.vault.keys("sessions"))),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=desk.settings.url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        MAX_CONTENT_LENGTH=desk.settings.max_upload_bytes * 3,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        RATELIMIT_STORAGE_URI=desk.settings.redis_url or LimitCounts.URI,
        BABEL_DEFAULT_LOCALE=desk.settings.locale,
        BABEL_DEFAULT_TIMEZONE=desk.settings.timezone,
        TEMPLATES_AUTO_RELOAD=False,
    )
    if proxies := desk.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies)  # type: ignore[method-assign]
    babel.init_app(app, locale_selector=choose_locale)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    web.register(app)
    api.register(app)
    if desk.settings.async_mode == "threading":
        app.wsgi_app = Turnstile(app.wsgi_app)  # type: ignore[assignment, method-assign]
    live.register(app)  # around it: a socket is a request that stays
    return app
