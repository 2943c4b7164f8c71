"""Where an article stands on the public help centre."""

from __future__ import annotations

from urllib.parse import quote

from helpdesk.desk import Desk


def article_url(desk: Desk, slug: str, lang: str, wanted: str = "") -> str:
    """The public address of an article. Chinese has two: ``wanted``, any language tag of the
    reader, says which characters; Simplified when it does not."""
    return f"{desk.settings.url}/help/{page_language(lang, wanted)}/{quote(slug)}"


def page_language(lang: str, wanted: str = "") -> str:
    """en, zh-hans or zh-hant."""
    if lang != "zh":
        return "en"
    tag = wanted.lower().replace("_", "-")
    traditional = any(part in tag for part in ("hant", "-tw", "-hk", "-mo"))
    return "zh-hant" if traditional else "zh-hans"
