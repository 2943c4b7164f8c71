"""Giving an article another address; who follows a link to the old one is sent on."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from helpdesk.actions import audit
from helpdesk.actions.articles import PUBLISHERS, told
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Article, FormerAddress, NotPossible, TrainingCandidate
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor
from helpdesk.rules.article_words import BadWords, slug_of


def rename(desk: Desk, actor: Actor, slug: str, wanted: str) -> None:
    """Let the article ``slug`` be at ``wanted`` from now on. Supervisors and admins.

    An article may have its own former address back. Raises ``NotFound``, and ``NotPossible``
    when the address is taken or is none.
    """
    actor.must_be(*PUBLISHERS)
    try:
        wanted = slug_of(wanted)
    except BadWords as fault:
        raise NotPossible(fault.words, **fault.values) from None
    try:
        with desk.write() as session:
            article = session.scalar(select(Article).where(Article.slug == slug).with_for_update())
            if article is None:
                raise NotFound("There is no such article.")
            if wanted != slug:
                _move(session, actor, article, wanted)
    except IntegrityError:  # two took the same address at once
        raise _taken(wanted) from None


def _taken(slug: str) -> NotPossible:
    return NotPossible("Another article has the address %(slug)s, or had it before.", slug=slug)


def _move(session: WriteSession, actor: Actor, article: Article, wanted: str) -> None:
    former = session.scalar(select(FormerAddress).where(FormerAddress.slug == wanted))
    is_live = session.scalar(select(Article.id).where(Article.slug == wanted))
    if is_live or (former is not None and former.article_id != article.id):
        raise _taken(wanted)
    if former is not None:
        session.delete(former)
    old = article.slug
    session.add(FormerAddress(slug=old, article_id=article.id))
    published = [text for text in article.texts if text.is_published]
    for text in published:
        told(session, text)  # the index forgets the old document ...
    article.slug = wanted
    for text in published:
        told(session, text)  # ... and learns the new one
    session.execute(
        update(TrainingCandidate).where(TrainingCandidate.article == old).values(article=wanted)
    )
    audit.record(session, actor, "article.renamed", slug=wanted, before=old)
