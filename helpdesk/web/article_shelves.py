"""Categories, and the synonyms of the search."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import shelves as shelving
from helpdesk.queries import article_editor
from helpdesk.rules.article_words import LANGS
from helpdesk.web.current import actor, desk
from helpdesk.web.knowledge_pages import blueprint, page


@blueprint.get("/shelves")
def shelves() -> str:
    with desk().read() as session:
        categories = article_editor.categories(session)
        groups = {lang: article_editor.synonym_groups(session, lang) for lang in LANGS}
    return page(
        "shelves.html",
        "shelves",
        categories=categories,
        synonyms={
            lang: "\n".join(", ".join(group) for group in found) for lang, found in groups.items()
        },
    )


@blueprint.post("/categories")
def name_category() -> Response:
    names = {lang: request.form.get(f"name_{lang}", "") for lang in LANGS}
    shelving.name_category(
        desk(), actor(), request.form.get("slug", ""), names, request.form.get("position", type=int)
    )
    return redirect(url_for("articles.shelves"))


@blueprint.post("/categories/removal")
def remove_category() -> Response:
    shelving.remove_category(
        desk(), actor(), request.form.get("slug", ""), request.form.get("into", "")
    )
    return redirect(url_for("articles.shelves"))


@blueprint.post("/synonyms")
def synonyms() -> Response:
    text = request.form.get("synonyms", "")[:200_000]
    for comma in "，、;；":
        text = text.replace(comma, ",")
    groups = [line.split(",") for line in text.splitlines()]
    shelving.set_synonyms(desk(), actor(), request.form.get("lang", ""), groups)
    return redirect(url_for("articles.shelves"))
