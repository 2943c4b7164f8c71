"""What every template may use: the company, the language, the words for keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from flask import Flask
from flask_login import current_user

from helpdesk.web import assets, events, sender_checks, stored_sentences, words
from helpdesk.web.current import desk
from helpdesk.web.invitations import invitation
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
    app.after_request(assets.say_version)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=assets.asset,
        asset_version=assets.version,
        icons=assets.icons,
        initials=words.initials,
        tint=words.tint,
        size=words.size,
        collected=words.collected,
        linked=linked,
        stored=stored_sentences.said,
        call_words=stored_sentences.call,
        pair=words.pair,
        quoted_lines=words.quoted_lines,
        sentence=events.sentence,
        proof_summary=sender_checks.summary,
        proof_checks=sender_checks.checks,
        file_state=lambda file: words.file_state(file.state, file.reason),
        language_name=language_name,
        money=money,
        minutes_words=words.minutes_to_read,
        images_held=words.images_held_back,
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
        "local": lambda at: words.local(at, zone, now, locale_name()),
        "invitation": lambda said: invitation(said, zone, locale_name()),
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
            "spam": _("Mark as spam"),
        },
        "priority_words": words.priorities(),
        "channel_words": words.channels(),
        "delivery_words": words.deliveries(),
        "order_words": words.order_states(),
        "proof_words": words.proofs(),
        "face_words": words.faces(),
        "clock_words": words.clocks(),
        "column_words": words.columns(),
        "due_words": _("When an answer is due"),
        "visitor": _("Visitor"),
        "nobody": _("Unassigned"),
        "select_words": _("Select"),
        "unread_words": _("unread"),
        "verified": _("Verified"),
        "claimed": _("Claimed"),
        "automatic": _("Automatic mail"),
        "why_here": _("Why here?"),
        "own_ticket": _("Open as a ticket of its own"),
        "move_it": _("Move to another ticket"),
        "why_said": _("Why this answer?"),
        "handoff_words": words.handoffs(),
        "handoff_parts": (
            ("asked", _("Asked")),
            ("tried", _("Tried")),
            ("collected", _("Collected")),
        ),
        "as_sent": _("As it was sent"),
        "show_images": _("Show with images from other sites"),
        "only_colleagues": _("Note: only your colleagues see this"),
        "to_words": _("to"),
        "cc_words": _("cc"),
        "bot_said": _("Bot:"),
        "we_said": _("Answered:"),
        "undelivered_word": _("Not delivered"),
        "undelivered_words": _("An answer did not get out: see the message in red."),
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
    return _name_in(tag.replace("_", "-"), locale_name())


def money(amount: Decimal, currency: str) -> str:
    """An amount as the reader writes it."""
    return str(format_currency(amount, currency, locale=locale_name()))


def age_of(now: datetime) -> Any:
    """What stands at the end of a row: since when it waits, or when it comes back."""
    patterns = words.ages(locale_name())
    zone, locale = ZoneInfo(desk().settings.timezone), locale_name()
    waiting = _("waiting %(age)s", age="{}")

    def when(row: Any) -> str:
        if row.status == "snoozed":
            return words.local(row.queue_at, zone, now, locale)
        age = words.age(row.queue_at, now, patterns)
        return waiting.format(age) if row.status == "waiting" else age

    return when


SOON = timedelta(minutes=30)


def due_of(now: datetime) -> Callable[[Any], tuple[str, str] | None]:
    """How a row's clock stands, as the state of a badge and its words; None until it is near."""
    patterns = words.ages(locale_name())
    late = _("%(age)s late", age="{}")

    def due(row: Any) -> tuple[str, str] | None:
        if row.due_at <= now:
            return "breached", late.format(words.age(row.due_at, now, patterns))
        if row.due_at - now <= SOON:
            return "soon", words.age(now, row.due_at, patterns)
        return None

    return due
