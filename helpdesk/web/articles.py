"""Writing articles: the list, the editor with its preview, publishing, revisions."""

from __future__ import annotations

from flask import redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from helpdesk.actions import article_renaming, articles, question_groups
from helpdesk.actions import shelves as shelving
from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.queries import article_editor
from helpdesk.queries.article_editor import Editing, Filter
from helpdesk.queries.articles import moved_to
from helpdesk.rules.article_words import LANGS, MAX_BODY, Words, slug_from
from helpdesk.rules.text_diff import compare
from helpdesk.web import (  # noqa: F401  they add routes
    article_index,
    article_questions,
    article_shelves,
    given,
    question_log,
)
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.knowledge_pages import LANG, blueprint, may_publish, page
from helpdesk.web.language import _
from knowledge_base.markdown import render

Answer = str | Response | tuple[str, int]

__all__ = ["blueprint"]


@blueprint.get("")
def listed() -> str:
    wanted = filter_asked()
    with desk().read() as session:
        found = article_editor.article_list(session, actor(), wanted)
        categories = article_editor.categories(session)
    older = given.place_said(found.next)
    return page("list.html", "list", found=found, wanted=wanted, categories=categories, next=older)


def filter_asked() -> Filter:
    """Which articles the address asks for."""
    asked = request.args
    return Filter(
        q=asked.get("q", "").strip(),
        lang=asked.get("lang", ""),
        status=asked.get("status", ""),
        category=asked.get("category", ""),
        audience=asked.get("audience", ""),
        after=given.place(asked.get("after", "")),
    )


@blueprint.get("/new")
def new() -> str:
    """An empty editor; ``?slug=`` is an article to say in another language, ``?question=`` what
    nobody could answer."""
    lang = request.args.get("lang", "en")
    lang = lang if lang in LANGS else "en"
    slug, question = request.args.get("slug", ""), request.args.get("question", 0, type=int)
    group = question_groups.group_of(desk(), actor(), question).wordings if question else ()
    asked = [one.text for one in group if one.lang == lang]
    return _editor(lang, slug=slug, phrasings=asked, question=question)


@blueprint.post("/preview")
def preview() -> str:
    return render(request.form.get("body", "")[:MAX_BODY])


@blueprint.get(f"/<slug>/{LANG}")
def edit(slug: str, lang: str) -> str | Response:
    with desk().read() as session:
        if moved := moved_to(session, slug):
            return redirect(url_for("articles.edit", slug=moved, lang=lang))
        article = article_editor.editing(session, actor(), slug, lang)
    return _editor(lang, article=article)


@blueprint.post(f"/<slug>/{LANG}/address")
def rename(slug: str, lang: str) -> Response:
    wanted = request.form.get("address", "").strip()
    article_renaming.rename(desk(), actor(), slug, wanted)
    return redirect(url_for("articles.edit", slug=wanted, lang=lang))


@blueprint.post("")
def create() -> Answer:
    """A new article, or a further language of one."""
    lang = request.form.get("lang", "")
    slug = request.form.get("slug", "").strip() or slug_from(request.form.get("title", ""))
    with desk().read() as session:
        slug = moved_to(session, slug) or slug
    return _written(slug, lang, None)


@blueprint.post(f"/<slug>/{LANG}")
def write(slug: str, lang: str) -> Answer:
    with desk().read() as session:
        article = article_editor.editing(session, actor(), slug, lang)
    return _written(slug, lang, article)


def _written(slug: str, lang: str, article: Editing | None) -> Answer:
    words = Words(
        request.form.get("title", ""),
        request.form.get("body", ""),
        tuple(request.form.get("phrasings", "").splitlines()),
    )
    seen = request.form.get("seen", 0, type=int)
    to_publish = request.form.get("then") == "publish"
    if to_publish:
        actor().must_be(*articles.PUBLISHERS)
    try:
        text_id = articles.write(desk(), actor(), slug, lang, words, seen=seen)
        _place(slug)
        if to_publish:
            articles.publish(desk(), actor(), text_id)
    except NotPossible as fault:
        return _editor(lang, article=article, words=words, said=translated(fault)), 409
    if question := request.form.get("question", 0, type=int):
        article_questions.settle(question, "written")
    return redirect(url_for("articles.edit", slug=slug, lang=lang))


def _place(slug: str) -> None:
    if "category" not in request.form:
        return
    category = request.form.get("category", type=int)
    is_public = request.form.get("audience", "public") == "public"
    shelving.place(desk(), actor(), slug, category_id=category, is_public=is_public)


def _editor(
    lang: str,
    *,
    article: Editing | None = None,
    words: Words | None = None,
    said: str = "",
    slug: str = "",
    phrasings: list[str] | None = None,
    question: int = 0,
) -> str:
    with desk().read() as session:
        categories = article_editor.categories(session)
    newest = article.newest if article else None
    if words is None and newest is not None:
        words = Words(newest.title, newest.body, tuple(newest.phrasings))
    words = words or Words("", "", tuple(phrasings or ()))
    return page(
        "editor.html",
        "list",
        article=article,
        lang=lang if lang in LANGS else "en",
        slug=article.slug if article else request.form.get("slug", slug),
        words=words,
        said=said,
        seen=newest.number if newest else 0,
        question=question,
        categories=categories,
        drawn=Markup(render(words.body)),  # noqa: S704  sanitized by render
        can_place=may_publish() or not article or article.status != "published",
    )


@blueprint.post(f"/<slug>/{LANG}/publication")
def publish(slug: str, lang: str) -> Response:
    articles.publish(desk(), actor(), _text_id(slug, lang))
    return redirect(url_for("articles.edit", slug=slug, lang=lang))


@blueprint.post(f"/<slug>/{LANG}/archiving")
def archive(slug: str, lang: str) -> Response:
    articles.archive(desk(), actor(), _text_id(slug, lang))
    return redirect(url_for("articles.edit", slug=slug, lang=lang))


@blueprint.post(f"/<slug>/{LANG}/revisions/<int:number>/restoration")
def restore(slug: str, lang: str, number: int) -> Response:
    articles.restore(desk(), actor(), _text_id(slug, lang), number)
    return redirect(url_for("articles.edit", slug=slug, lang=lang))


def _text_id(slug: str, lang: str) -> int:
    with desk().read() as session:
        return article_editor.editing(session, actor(), slug, lang).text_id


@blueprint.get(f"/<slug>/{LANG}/revisions")
def revisions(slug: str, lang: str) -> str:
    """The revisions, and what one of them (?number=) changed against the one before it."""
    with desk().read() as session:
        article = article_editor.editing(session, actor(), slug, lang)
    number = request.args.get("number", article.newest.number, type=int)
    known = {one.number: one for one in article.revisions}
    if number not in known:
        raise NotFound(_("There is no such revision."))
    shown, before = known[number], known.get(number - 1)
    return page(
        "revisions.html",
        "list",
        article=article,
        shown=shown,
        before=before,
        title_changed=before is not None and before.title != shown.title,
        lines=compare(before.body if before else "", shown.body),
        phrasings=compare(
            "\n".join(before.phrasings) if before else "", "\n".join(shown.phrasings)
        ),
    )
