"""Articles: written by agents, published and archived by supervisors and admins.

Each change keeps a revision. What changes for readers leaves an IndexChange in the same
transaction, so that the index can never miss it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.exc import IntegrityError

from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Article,
    ArticleRevision,
    ArticleStatus,
    ArticleText,
    FormerAddress,
    IndexChange,
    NotPossible,
)
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.article_words import BadWords, Words, lang_of, slug_of

PUBLISHERS = (Role.SUPERVISOR, Role.ADMIN)


def write(
    desk: Desk, actor: Actor, slug: str, lang: str, words: Words, *, seen: int | None = None
) -> int:
    """Keep new words for an article, which is made when it is new; the id of its text.

    Readers see nothing of it before it is published. ``seen`` is the newest revision that the
    writer knew. Raises ``NotPossible`` when somebody wrote meanwhile, or the words do not do.
    """
    actor.must_be_staff()
    try:
        with desk.write() as session:
            text = text_of(session, slug, lang)
            if seen is not None and seen != newest_number(session, text):
                raise _changed_meanwhile()
            revise(session, actor, text, words)
            return text.id
    except IntegrityError:  # two made the same new article at once
        raise _changed_meanwhile() from None


def _changed_meanwhile() -> NotPossible:
    return NotPossible("Somebody changed this article meanwhile. Load it again, then write.")


def text_of(session: WriteSession, slug: str, lang: str) -> ArticleText:
    """The text of an article in one language, held for this transaction; made when missing."""
    try:
        slug, lang = slug_of(slug), lang_of(lang)
    except BadWords as fault:
        raise NotPossible(fault.words, **fault.values) from None
    here = select(Article).where(Article.id == article_at(slug)).with_for_update()
    article = session.scalar(here)
    if article is None:
        article = Article(slug=slug)
        session.add(article)
        session.flush()
    question = select(ArticleText).where(
        ArticleText.article_id == article.id, ArticleText.lang == lang
    )
    text = session.scalar(question)
    if text is None:
        text = ArticleText(article=article, lang=lang, title="", body="")
        session.add(text)
        session.flush()
    return text


def article_at(slug: str) -> ScalarSelect[int | None]:
    """The id of the article that is at this address, or was there before."""
    before = select(FormerAddress.article_id).where(FormerAddress.slug == slug).scalar_subquery()
    now = select(Article.id).where(Article.slug == slug).scalar_subquery()
    return select(func.coalesce(now, before)).scalar_subquery()


def newest_number(session: WriteSession, text: ArticleText) -> int:
    of_text = select(func.max(ArticleRevision.number)).where(ArticleRevision.text_id == text.id)
    return session.scalar(of_text) or 0


def revise(session: WriteSession, actor: Actor, text: ArticleText, words: Words) -> ArticleRevision:
    """Add a revision with ``words``; the newest one, when it says just that. May raise
    ``NotPossible``."""
    try:
        words = words.checked()
    except BadWords as fault:
        raise NotPossible(fault.words, **fault.values) from None
    newest = newest_revision(session, text)
    if newest is not None and _says(newest, words):
        return newest
    revision = ArticleRevision(
        text_id=text.id,
        number=(newest.number if newest else 0) + 1,
        title=words.title,
        body=words.body,
        phrasings=list(words.phrasings),
        agent_id=actor.id,
        author=actor.name,
    )
    session.add(revision)
    if not text.is_published:
        text.take(revision)
    session.flush()
    _record(session, actor, "article.written", text, revision=revision.number)
    return revision


def _says(revision: ArticleRevision, words: Words) -> bool:
    said = (revision.title, revision.body, tuple(revision.phrasings))
    return said == (words.title, words.body, words.phrasings)


def newest_revision(session: WriteSession, text: ArticleText) -> ArticleRevision | None:
    return _revision(session, text, newest_number(session, text))


def _revision(session: WriteSession, text: ArticleText, number: int) -> ArticleRevision | None:
    return session.scalar(
        select(ArticleRevision).where(
            ArticleRevision.text_id == text.id, ArticleRevision.number == number
        )
    )


def publish(desk: Desk, actor: Actor, text_id: int) -> None:
    """Let readers see the newest words of a text. Supervisors and admins."""
    actor.must_be(*PUBLISHERS)
    with desk.write() as session:
        put_in_force(session, actor, _held(session, text_id))


def put_in_force(session: WriteSession, actor: Actor, text: ArticleText) -> None:
    """Publish the newest words; nothing happens when readers see them already."""
    newest = newest_revision(session, text)
    assert newest is not None
    if not newest.body:
        raise NotPossible("An article needs words before it can be published.")
    if text.is_published and text.revision == newest.number:
        return
    text.publish(newest)
    told(session, text)
    _record(session, actor, "article.published", text, revision=newest.number)


def archive(desk: Desk, actor: Actor, text_id: int) -> None:
    """Take a text away from readers. Publishing brings it back. Supervisors and admins."""
    actor.must_be(*PUBLISHERS)
    with desk.write() as session:
        put_away(session, actor, _held(session, text_id))


def put_away(session: WriteSession, actor: Actor, text: ArticleText) -> None:
    if text.status == ArticleStatus.ARCHIVED.value:
        return
    text.archive()
    told(session, text)
    _record(session, actor, "article.archived", text)


def restore(desk: Desk, actor: Actor, text_id: int, number: int) -> None:
    """Write the words of an old revision again, as the newest one. Raises ``NotFound``."""
    actor.must_be_staff()
    with desk.write() as session:
        text = _held(session, text_id)
        old = _revision(session, text, number) if 0 < number < 2**31 else None
        if old is None:
            raise NotFound("There is no revision %(number)s of this article.", number=number)
        revise(session, actor, text, Words(old.title, old.body, tuple(old.phrasings)))
        _record(session, actor, "article.restored", text, revision=number)


def _held(session: WriteSession, text_id: int) -> ArticleText:
    """The text under its article's lock. Raises ``NotFound``."""
    text = session.get(ArticleText, text_id) if 0 < text_id < 2**31 else None
    if text is None:
        raise NotFound("There is no such article.")
    session.get_one(Article, text.article_id, with_for_update=True)
    session.refresh(text)
    return text


def told(session: WriteSession, text: ArticleText) -> None:
    """Readers see something else from now on: the index must take it in."""
    session.add(IndexChange(document=text.document))
    session.announce(signals.index_due)


def _record(
    session: WriteSession, actor: Actor, event: str, text: ArticleText, **data: Any
) -> None:
    audit.record(session, actor, event, slug=text.article.slug, lang=text.lang, **data)
