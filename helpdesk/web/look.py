"""What every template may use: the company, the language, the words for keys."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from flask import Flask
from flask_login import current_user

from helpdesk.web import assets, events, words
from helpdesk.web.current import desk
from helpdesk.web.language import _, install, locale_name
from helpdesk.web.linked_text import linked

LANGUAGES = (
    ("en", "English", "en"),
    ("zh_Hans", "简体中文", "zh-Hans"),
    ("zh_Hant", "繁體中文", "zh-Hant"),
)


def register(app: Flask) -> None:
    """Give the templates their globals."""
    install(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=assets.asset,
        icons=assets.icons,
        initials=words.initials,
        tint=words.tint,
        size=words.size,
        linked=linked,
        quoted_lines=words.quoted_lines,
        sentence=events.sentence,
        language_name=language_name,
        money=money,
        minutes_words=words.minutes_to_read,
    )
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, Any]:
    settings = desk().settings
    zone = ZoneInfo(settings.timezone)
    now = datetime.now(UTC)
    signed_in = current_user.is_authenticated
    return {
        "company": settings.company,
        "page_lang": locale_name().replace("_", "-"),
        "page_theme": current_user.theme if signed_in else "",
        "local": lambda at: words.local(at, zone, now),
        "local_day": lambda at: words.day(at, zone, locale_name()),
        **_words(locale_name()),
    }


@cache
def _words(_locale: str) -> dict[str, Any]:
    """The words for keys, looked up once a language."""
    return {
        "languages": LANGUAGES,
        "themes": (("", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))),
        "status_words": words.statuses(),
        "status_acts": {
            "open": _("Reopen"),
            "waiting": _("Wait for the customer"),
            "resolved": _("Resolve"),
            "closed": _("Close"),
        },
        "priority_words": words.priorities(),
        "channel_words": words.channels(),
        "delivery_words": words.deliveries(),
        "order_words": words.order_states(),
        "proof_words": words.proofs(),
        "visitor": _("Visitor"),
        "nobody": _("Unassigned"),
        "verified": _("Verified"),
        "claimed": _("Claimed"),
        "automatic": _("Automatic mail"),
        "why_here": _("Why here?"),
        "move_it": _("Move it"),
        "as_sent": _("As it was sent"),
        "show_images": _("Show with images from other sites"),
        "only_colleagues": _("Note: only your colleagues see this"),
        "to_words": _("to"),
        "cc_words": _("cc"),
        "bot_said": _("Bot:"),
        "we_said": _("Answered:"),
        "pictures": ("image/png", "image/jpeg", "image/gif", "image/webp"),
    }


@cache
def _name_in(tag: str, locale: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def language_name(tag: str) -> str:
    """A language in the reader's words."""
    return _name_in(tag, locale_name())


def money(amount: Decimal, currency: str) -> str:
    """An amount as the reader writes it."""
    return str(format_currency(amount, currency, locale=locale_name()))


def age_of(now: datetime) -> Any:
    """What stands at the end of a row: since when it waits, or when it comes back."""
    patterns = words.ages(locale_name())
    zone = ZoneInfo(desk().settings.timezone)
    waiting = _("waiting %(age)s", age="{}")

    def when(row: Any) -> str:
        if row.status == "snoozed":
            return words.local(row.queue_at, zone, now)
        age = words.age(row.queue_at, now, patterns)
        return waiting.format(age) if row.status == "waiting" else age

    return when
