"""What the bot is to learn: corrections by agents, and which of them and of the fallbacks count."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from helpdesk.actions import article_phrasings, audit
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Article, NotPossible, TrainingCandidate, now
from helpdesk.models.visibility import NotFound
from helpdesk.queries.understandings import understood
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.bot_intents import INTENTS
from helpdesk.rules.question_words import index_for

AT_ONCE = 500  # rows in one statement
STATES = ("open", "accepted", "rejected")


def correct(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    message_id: int,
    *,
    intent: str = "",
    article: str = "",
) -> None:
    """An agent says what the right intent or article would have been.

    The newest word of an agent on a message counts. Raises ``NotPossible``, ``NotFound``.
    """
    intent, article = intent.strip(), article.strip()
    if bool(intent) == bool(article):
        raise NotPossible("Choose the right intent, or the right article.")
    _must_be_known(intent)
    with changing(desk, actor, ticket_id) as (session, ticket):
        known = understood(session, actor, ticket_id, message_id)
        if known is None:
            raise NotFound("The bot did not say this.")
        if article and not session.scalar(select(Article.id).where(Article.slug == article)):
            raise NotPossible(f"There is no article {article}.")
        earlier = session.scalar(
            select(TrainingCandidate).where(
                TrainingCandidate.message_id == message_id,
                TrainingCandidate.source == "correction",
                TrainingCandidate.state == "open",
            )
        )
        candidate = earlier or TrainingCandidate(
            text=known.question, lang=known.lang, source="correction",
            understood_as=known.intent, message_id=message_id,
        )  # fmt: skip
        candidate.intent, candidate.article, candidate.agent_id = intent, article, actor.id
        session.add(candidate)
        ticket.revise(known.message)
        audit.record(session, actor, "bot.corrected", ticket=ticket, to=intent or article)


def decide(desk: Desk, actor: Actor, candidate_id: int, state: str, intent: str = "") -> None:
    """Accept or reject a candidate, or reopen it; ``intent`` names the right one for a fallback.

    Only what names an intent or an article can be accepted: the bot learns nothing from bare
    words. What names an article becomes one of its phrasings. Raises ``NotPossible``,
    ``NotFound``, ``NotAllowed``.
    """
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    if state not in STATES:
        raise NotPossible("A candidate is open, accepted or rejected.")
    _must_be_known(intent)
    with desk.write() as session:
        is_number = 0 < candidate_id < 2**31
        candidate = (
            session.get(TrainingCandidate, candidate_id, with_for_update=True)
            if is_number
            else None
        )
        if candidate is None:
            raise NotFound(f"There is no candidate {candidate_id}.")
        if intent:
            candidate.intent, candidate.article = intent, ""
        if state == "accepted":
            _teach(session, actor, candidate)
        candidate.state, candidate.decided_by, candidate.decided_at = state, actor.id, now()
        audit.record(session, actor, f"candidate.{_PAST[state]}", candidate=candidate_id)


def _teach(session: WriteSession, actor: Actor, candidate: TrainingCandidate) -> None:
    """An article learns at once; a model, when it is trained next."""
    if candidate.article:
        lang = index_for(candidate.text, candidate.lang)
        article_phrasings.add(session, actor, candidate.article, lang, candidate.text)
    elif candidate.intent:
        _must_be_known(candidate.intent)
    else:
        raise NotPossible(f"Say which intent is right for candidate {candidate.id}.")


def _must_be_known(intent: str) -> None:
    if intent and intent not in INTENTS:
        raise NotPossible("The bot has no intent “%(intent)s”. Choose one of the list.",
                          intent=intent[:64])  # fmt: skip


def mark_learnt(desk: Desk, actor: Actor, candidate_ids: Iterable[int], model: str) -> None:
    """``model`` has learnt these. Raises ``NotAllowed``."""
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    ids = sorted(candidate_ids)
    with desk.write() as session:
        for first in range(0, len(ids), AT_ONCE):
            some = TrainingCandidate.id.in_(ids[first : first + AT_ONCE])
            session.execute(update(TrainingCandidate).where(some).values(model=model))
        audit.record(session, actor, "bot.trained", model=model, candidates=len(ids))


def note_service(desk: Desk, actor: Actor, event: str, model: str, reason: str = "") -> None:
    """A model was let in, refused or gone back from. Raises ``NotAllowed``."""
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    with desk.write() as session:
        audit.record(session, actor, event, reason=reason, model=model)


_PAST = {"open": "reopened", "accepted": "accepted", "rejected": "rejected"}
