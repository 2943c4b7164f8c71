"""What the templates of the help centre are given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import g, render_template, url_for
from markupsafe import Markup, escape
from sqlalchemy import select

from helpdesk.actions.knowledge import Found
from helpdesk.models import Inbox
from helpdesk.translations.convert import to_traditional
from helpdesk.web.current import desk
from helpdesk.web.help_blueprint import page_tag, remember_visitor, text_lang
from knowledge_base.markdown import render

HREFLANG = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
NAMES = {"en": "English", "zh-hans": "简体中文", "zh-hant": "繁體中文"}
WORDS_A_MINUTE, HAN_A_MINUTE = 200, 400

_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Drawn:
    """An article's body as HTML, with the headings that a reader may jump to."""

    html: Markup
    headings: tuple[tuple[str, Markup], ...]  # id, words
    minutes: int


def in_script(words: str) -> str:
    """Chinese in the characters of this page."""
    return to_traditional(words) if g.help_locale == "zh_Hant" else words


@lru_cache(512)
def drawn(body: str, locale: str) -> Drawn:
    html = render(body)
    html = to_traditional(html) if locale == "zh_Hant" else html
    headings: list[tuple[str, Markup]] = []

    def numbered(match: re.Match[str]) -> str:
        name = f"part-{len(headings) + 1}"
        headings.append((name, Markup(_TAG.sub("", match[1]))))  # noqa: S704  sanitized
        return f'<h2 id="{name}">{match[1]}</h2>'

    html = _HEADING.sub(numbered, html)
    return Drawn(Markup(html), tuple(headings), _minutes(body))  # noqa: S704  sanitized by render


def _minutes(body: str) -> int:
    han = len(_HAN.findall(body))
    words = len(_HAN.sub(" ", body).split())
    return max(1, round(han / HAN_A_MINUTE + words / WORDS_A_MINUTE))


def shelf_name(names: dict[str, str]) -> str:
    """A category in the reader's words; English stands in."""
    return in_script(names.get(text_lang()) or names.get("en") or next(iter(names.values()), ""))


def page(template: str, *, path: str, others: dict[str, str], **context: Any) -> str:
    """A page of the help centre. ``path`` is its canonical address; ``others`` the address of
    the same page in each language that it is in."""
    remember_visitor()
    site = desk().settings.url
    return render_template(
        f"help/{template}",
        tag=page_tag(),
        home=url_for("help.home_in", lang=page_tag()),
        canonical=site + path,
        alternates=[(HREFLANG[tag], site + address) for tag, address in others.items()],
        translations=[(tag, HREFLANG[tag], NAMES[tag], address) for tag, address in others.items()],
        default_alternate=site + next(iter(others.values()), path),
        page_lang=HREFLANG[page_tag()],
        page_theme="",
        in_script=in_script,
        shelf_name=shelf_name,
        marked=marked,
        chat=chat_key(),
        site=site,
        **context,
    )


def everywhere(address: str) -> dict[str, str]:
    """The addresses of a page that is in every language; ``{}`` stands for the language."""
    return {tag: address.replace("{}", tag) for tag in HREFLANG}


def article_path(slug: str, asked: int | None = None) -> str:
    """Where the reader of this page reads an article; ``asked`` is the question that led there."""
    path = f"/help/{page_tag()}/{quote(slug)}"
    return f"{path}?asked={asked}" if asked is not None else path


def chat_key() -> str:
    """The public key of the first chat widget, "" when there is none."""
    with desk().read() as session:
        wanted = select(Inbox.address).where(Inbox.channel == "chat", Inbox.active)
        return session.scalar(wanted.order_by(Inbox.id).limit(1)) or ""


def marked(words: str, question: str) -> Markup:
    """``words`` with those of the question marked, for a list of hits."""
    parts = [
        re.escape(part)
        for part in re.findall(r"[a-z0-9]{3,}|[\u3400-\u9fff]{2,}", question.lower())
    ]
    if not parts:
        return escape(words)
    pieces = re.split(f"({'|'.join(parts[:12])})", words, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def card(found: Found, asked: int | None = None) -> dict[str, Any]:
    """A hit as the lists show it."""
    return {
        "path": article_path(found.slug, asked),
        "title": in_script(found.title),
        "summary": in_script(found.summary),
        "category": in_script(found.category),
    }
