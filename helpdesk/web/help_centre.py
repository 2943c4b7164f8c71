"""The public help centre: its home, its topics, its articles, and the map for search engines."""

from __future__ import annotations

import time
from functools import lru_cache

from flask import Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions import knowledge
from helpdesk.models.visibility import NotFound
from helpdesk.queries import articles
from helpdesk.queries.articles import Reading, Shelf
from helpdesk.rules.actor import ANYBODY
from helpdesk.web import (  # noqa: F401  they add routes
    help_contact,
    help_feedback,
    help_search,
)
from helpdesk.web.current import desk
from helpdesk.web.help_blueprint import blueprint, page_tag, text_lang
from helpdesk.web.help_pages import (
    HREFLANG,
    article_path,
    drawn,
    everywhere,
    in_script,
    page,
    shelf_name,
)
from helpdesk.web.language import _

RELATED = 4
POPULAR = 6
LANG = '<any("en","zh-hans","zh-hant"):lang>'

__all__ = ["blueprint"]


@blueprint.get("")
def home() -> str:
    """The home page in the language that the browser asks for."""
    return _home()


@blueprint.get(f"/{LANG}")
def home_in(lang: str) -> str:
    return _home()


def _home() -> str:
    with desk().read() as session:
        shelves = articles.shelves(session, ANYBODY, text_lang())
    return page(
        "home.html",
        path=f"/help/{page_tag()}",
        others=everywhere("/help/{}"),
        shelves=[_shelf(shelf) for shelf in shelves if shelf.slug],
        popular=_popular(shelves),
        title=_("Help"),
    )


def _shelf(shelf: Shelf) -> dict[str, object]:
    return {
        "slug": shelf.slug,
        "name": shelf_name(shelf.names),
        "path": url_for("help.topic", lang=page_tag(), shelf=shelf.slug),
        "titles": [in_script(title) for _slug, title in shelf.articles[:3]],
        "articles": [(article_path(slug), in_script(title)) for slug, title in shelf.articles],
    }


def _popular(shelves: list[Shelf]) -> list[tuple[str, str]]:
    """The most helpful of each topic, in turn."""
    depth = max((len(shelf.articles) for shelf in shelves), default=0)
    found = [
        shelf.articles[row]
        for row in range(depth)
        for shelf in shelves
        if row < len(shelf.articles)
    ]
    return [(article_path(slug), in_script(title)) for slug, title in found[:POPULAR]]


@blueprint.get(f"/{LANG}/topics/<shelf>")
def topic(lang: str, shelf: str) -> str:
    with desk().read() as session:
        shelves = articles.shelves(session, ANYBODY, text_lang())
    found = next((one for one in shelves if one.slug == shelf and shelf), None) or abort(404)
    return page(
        "topic.html",
        path=request.path,
        others=everywhere(f"/help/{{}}/topics/{shelf}"),
        shelf=_shelf(found),
        title=shelf_name(found.names),
    )


@blueprint.get(f"/{LANG}/<slug>")
def article(lang: str, slug: str) -> str | AnyResponse:
    with desk().read() as session:
        langs = articles.languages_of(session, ANYBODY, slug)
        if not langs and (moved := articles.moved_to(session, slug)):
            langs = articles.languages_of(session, ANYBODY, moved)
            return _elsewhere(moved, langs, code=301)
        if text_lang() not in langs:
            return _elsewhere(slug, langs)
        text = articles.reading(session, ANYBODY, slug, text_lang())
    shown = drawn(text.body, g.help_locale)
    description = in_script(knowledge.summary_of(text.body))
    path = article_path(slug)
    return page(
        "article.html",
        path=path,
        others=_in_languages(slug, langs),
        text=text,
        title=in_script(text.title),
        description=description,
        drawn=shown,
        shelf=shelf_name(text.category_names) if text.category_slug else "",
        related=_related(text),
        asked=request.args.get("asked", type=int),
        typed=request.args.get("typed", "")[:200],
        data=_for_machines(text, description, path),
    )


def _elsewhere(slug: str, langs: list[str], code: int = 302) -> AnyResponse:
    """An article that has moved, or is only in the other language, is shown there."""
    if not langs:
        raise NotFound(_("There is no such article."))
    other = "en" if langs[0] == "en" else "zh-hans"
    tag = page_tag() if text_lang() in langs else other
    return redirect(url_for("help.article", lang=tag, slug=slug), code)


def _in_languages(slug: str, langs: list[str]) -> dict[str, str]:
    tags = [tag for tag in HREFLANG if ("en" if tag == "en" else "zh") in langs]
    return {tag: url_for("help.article", lang=tag, slug=slug) for tag in tags}


def _related(text: Reading) -> list[tuple[str, str]]:
    """(address, title) of what is near; remembered for ten minutes, but shown only while public."""
    then = int(time.time() // 600)
    near = _near(desk().settings.database, text.title, text.lang, then)
    with desk().read() as session:
        public = articles.readings(session, ANYBODY, near)
    found = [public[name] for name in near if name in public and name[0] != text.slug]
    return [(article_path(one.slug), in_script(one.title)) for one in found[:RELATED]]


@lru_cache(2000)
def _near(_database: str, title: str, lang: str, _then: int) -> tuple[tuple[str, str], ...]:
    found = knowledge.search(desk(), title, lang, public_only=True, limit=RELATED + 2)
    return tuple((one.slug, one.lang) for one in found)


def _for_machines(text: Reading, description: str, path: str) -> dict[str, object]:
    """schema.org, as JSON-LD."""
    site = desk().settings.url
    crumbs = [(_("Help"), f"/help/{page_tag()}")]
    if text.category_slug:
        topic_path = url_for("help.topic", lang=page_tag(), shelf=text.category_slug)
        crumbs.append((shelf_name(text.category_names), topic_path))
    crumbs.append((in_script(text.title), path))
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Article",
                "headline": in_script(text.title),
                "description": description,
                "inLanguage": HREFLANG[page_tag()],
                "dateModified": text.changed_at.isoformat(),
                "mainEntityOfPage": site + path,
                "publisher": {"@type": "Organization", "name": desk().settings.company},
            },
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": place, "name": name, "item": site + where}
                    for place, (name, where) in enumerate(crumbs, start=1)
                ],
            },
        ],
    }


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page, with its other languages (sitemaps.org, hreflang by Google)."""
    with desk().read() as session:
        pages = articles.pages(session, ANYBODY)
    langs: dict[str, list[str]] = {}
    for one in pages:
        langs.setdefault(one.slug, []).append(one.lang)
    entries = [
        (path, one.changed_at, list(others.items()))
        for one in pages
        for others in [_in_languages(one.slug, langs[one.slug])]
        for tag, path in others.items()
        if (tag == "en") == (one.lang == "en")
    ]
    xml = render_template(
        "help/sitemap.xml", site=desk().settings.url, entries=entries, hreflang=HREFLANG
    )
    return Response(xml, content_type="application/xml; charset=utf-8")
