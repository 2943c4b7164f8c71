"""Where articles stand: their categories, who may read them, and the synonyms of the search."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.actions.articles import PUBLISHERS, told
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Article, Category, IndexChange, NotPossible, Synonyms
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor
from helpdesk.rules.article_words import LANGS, one_line, slug_from

MAX_GROUPS = 1000
MAX_SYNONYMS = 20  # in one group


def place(desk: Desk, actor: Actor, slug: str, *, category_id: int | None, is_public: bool) -> None:
    """Put an article on a shelf, and say whether customers may read it.

    Of a published article, supervisors and admins alone may say so. Raises ``NotFound``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        article = session.scalar(select(Article).where(Article.slug == slug).with_for_update())
        if article is None:
            raise NotFound("There is no such article.")
        if category_id is not None and session.get(Category, category_id) is None:
            raise NotFound("There is no such category.")
        stand(session, actor, article, category_id, is_public=is_public)


def stand(
    session: WriteSession,
    actor: Actor,
    article: Article,
    category_id: int | None,
    *,
    is_public: bool,
) -> None:
    if (article.category_id, article.is_public) == (category_id, is_public):
        return
    published = [text for text in article.texts if text.is_published]
    if published:
        actor.must_be(*PUBLISHERS)
    article.category_id, article.is_public = category_id, is_public
    for text in published:
        told(session, text)
    audit.record(
        session, actor, "article.placed", slug=article.slug, category=category_id, public=is_public
    )


def name_category(
    desk: Desk, actor: Actor, slug: str, names: dict[str, str], position: int | None = None
) -> int:
    """Add a category, or rename it; its id. Supervisors and admins. Raises ``NotPossible``."""
    actor.must_be(*PUBLISHERS)
    names = {lang: one_line(name)[:80] for lang, name in names.items() if one_line(name)}
    slug = slug_from(slug or next(iter(names.values()), ""))
    if not slug or not names:
        raise NotPossible("A category needs a name.")
    with desk.write() as session:
        category = category_of(session, slug)
        category.names = {**category.names, **names}
        if position is not None:
            category.position = position
        session.flush()
        audit.record(session, actor, "category.named", slug=slug, names=names)
        return category.id


def category_of(session: WriteSession, slug: str) -> Category:
    """The category of this slug, made at the end when it is missing."""
    category = session.scalar(select(Category).where(Category.slug == slug))
    if category is None:
        last = session.scalar(select(func.max(Category.position))) or 0
        category = Category(slug=slug, position=last + 1, names={})
        session.add(category)
        session.flush()
    return category


def remove_category(desk: Desk, actor: Actor, slug: str, into: str = "") -> None:
    """Take a category away; its articles move ``into`` another one. Supervisors and admins.

    Raises ``NotFound`` for a category that is not there, and ``NotPossible`` when one that
    still holds articles is to go without another one for them.
    """
    actor.must_be(*PUBLISHERS)
    with desk.write() as session:
        category = _category(session, slug)
        target = _category(session, into) if into else None
        articles = session.scalars(
            select(Article)
            .where(Article.category_id == category.id)
            .options(selectinload(Article.texts))
        ).all()
        if articles and target in (None, category):
            raise NotPossible("Choose another category for the articles of this one.")
        for article in articles:
            article.category = target
            for text in article.texts:
                if text.is_published:
                    told(session, text)
        session.flush()
        session.delete(category)
        audit.record(
            session, actor, "category.removed", slug=slug, into=into, articles=len(articles)
        )


def _category(session: WriteSession, slug: str) -> Category:
    found = session.scalar(select(Category).where(Category.slug == slug).with_for_update())
    if found is None:
        raise NotFound("There is no such category.")
    return found


def set_synonyms(desk: Desk, actor: Actor, lang: str, groups: list[list[str]]) -> None:
    """The words of a language that mean the same to the search. Supervisors and admins.

    A group has two words at least; what is not in ``groups`` is forgotten. Raises ``NotPossible``.
    """
    actor.must_be(*PUBLISHERS)
    if lang not in LANGS:
        raise NotPossible("There are synonyms for English and for Chinese.")
    wanted = [tidy for group in groups if len(tidy := _tidy(group)) > 1]
    if len(wanted) > MAX_GROUPS:
        raise NotPossible("%(most)s groups of synonyms are the most.", most=MAX_GROUPS)
    with desk.write() as session:
        for row in session.scalars(select(Synonyms).where(Synonyms.lang == lang)):
            session.delete(row)
        session.add_all(Synonyms(lang=lang, words=words) for words in wanted)
        session.add(IndexChange(document=f":{lang}"))
        session.announce(signals.index_due)
        audit.record(session, actor, "synonyms.changed", lang=lang, groups=len(wanted))


def _tidy(group: list[str]) -> list[str]:
    words = dict.fromkeys(one_line(word).lower()[:60] for word in group)
    return [word for word in words if word][:MAX_SYNONYMS]
