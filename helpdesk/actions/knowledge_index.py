"""The index of the knowledge base: derived from the database, and made again whenever it is lost.

One indexer at a time, whichever process it runs in. It reads the changes that wait, lets the
library take them in, and only then deletes them: what a crash leaves is taken in again.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import Article, ArticleStatus, ArticleText, IndexChange, Synonyms
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.article_words import LANGS
from knowledge_base.documents import Document, NotBuilt
from knowledge_base.markdown import plain_text

BATCH = 200  # changes taken in at once; when more wait, making the whole index anew is faster
EVERYTHING = "*"  # an IndexChange that asks for a rebuild
Progress = Callable[[int, int], None]


def due(desk: Desk) -> Literal["", "changes", "rebuild"]:
    """What there is to do for the indexer. A desk without articles needs no index."""
    with desk.read() as session:
        waits = set(session.scalars(select(IndexChange.document).limit(BATCH + 1)))
        published = ArticleText.status == ArticleStatus.PUBLISHED.value
        any_text = session.scalar(select(ArticleText.id).where(published).limit(1)) is not None
    if EVERYTHING in waits or len(waits) > BATCH:
        return "rebuild"
    if any_text and desk.library.state().rebuild_needed:
        return "rebuild"
    return "changes" if waits else ""


def catch_up(desk: Desk) -> None:
    """Take in what changed; nothing, while another indexer does."""
    with _only_indexer(desk, wait=False) as is_mine:
        if is_mine:
            _catch_up(desk)


def rebuild(desk: Desk, progress: Progress | None = None) -> int:
    """Make the whole index anew from the database; how many documents it has."""
    with _only_indexer(desk, wait=True):
        return _rebuild(desk, progress)


def catch_up_now(desk: Desk, progress: Progress | None = None) -> None:
    """Bring the index up to date, and return when it is."""
    with _only_indexer(desk, wait=True):
        _catch_up(desk, progress)


def ask_for_rebuild(desk: Desk, actor: Actor) -> None:
    """Have the indexer make everything anew. Admins."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        session.add(IndexChange(document=EVERYTHING))
        session.announce(signals.index_due)
        audit.record(session, actor, "index.rebuild_asked")


def reported_lost(desk: Desk) -> None:
    """Somebody could not read the index: wake the indexer."""
    signals.index_due.send(desk.database)


@contextmanager
def _only_indexer(desk: Desk, *, wait: bool) -> Iterator[bool]:
    """Yields whether this one may index now; the lock goes with the process that holds it."""
    desk.settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (desk.settings.data_dir / "knowledge.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _catch_up(desk: Desk, progress: Progress | None = None) -> None:
    if desk.library.state().rebuild_needed:
        _rebuild(desk, progress)
    while changes := _waiting(desk):
        if len(changes) > BATCH or EVERYTHING in changes.values():
            _rebuild(desk, progress)
        else:
            _take_in(desk, changes)


def _waiting(desk: Desk) -> dict[int, str]:
    """The documents that changed, by the id of the change; BATCH + 1 at most."""
    question = select(IndexChange.id, IndexChange.document).order_by(IndexChange.id)
    with desk.read() as session:
        return {row.id: row.document for row in session.execute(question.limit(BATCH + 1))}


def _take_in(desk: Desk, changes: dict[int, str]) -> None:
    names = set(changes.values())
    with desk.read() as session:
        slugs = {name.rpartition(":")[0] for name in names}
        present = {d.id: d for d in _documents(session, slugs) if d.id in names}
    removed = [name for name in names if name not in present and not name.startswith(":")]
    try:
        desk.library.apply(list(present.values()), removed)
        _take_synonyms(desk, [name[1:] for name in names if name.startswith(":")])
    except NotBuilt:
        _rebuild(desk)
    _forget(desk, list(changes))


def _rebuild(desk: Desk, progress: Progress | None = None) -> int:
    with desk.read() as session:
        changes = list(session.scalars(select(IndexChange.id)))
        documents = list(_documents(session))
    _take_synonyms(desk, LANGS)
    desk.library.rebuild(documents, progress)
    _forget(desk, changes)
    return len(documents)


def _take_synonyms(desk: Desk, langs: list[str] | tuple[str, ...]) -> None:
    for lang in langs:
        with desk.read() as session:
            of_lang = select(Synonyms.words).where(Synonyms.lang == lang).order_by(Synonyms.id)
            groups = list(session.scalars(of_lang))
        desk.library.set_synonyms(lang, groups)


def _forget(desk: Desk, changes: list[int]) -> None:
    with desk.write() as session:
        for start in range(0, len(changes), 500):
            part = changes[start : start + 500]
            session.execute(delete(IndexChange).where(IndexChange.id.in_(part)))


def _documents(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """What is published, as the index wants it; only of articles in ``slugs``, if given."""
    published = (
        select(ArticleText)
        .where(ArticleText.status == ArticleStatus.PUBLISHED.value)
        .options(selectinload(ArticleText.article).selectinload(Article.category))
        .order_by(ArticleText.id)
    )
    if slugs is not None:
        published = published.join(ArticleText.article).where(Article.slug.in_(slugs))
    for text in session.scalars(published):
        article = text.article
        yield Document(
            id=text.document,
            slug=article.slug,
            lang="zh" if text.lang == "zh" else "en",
            title=text.title,
            text=plain_text(text.body),
            phrasings=tuple(text.phrasings),
            category=article.category.slug if article.category else "",
            public=article.is_public,
        )
