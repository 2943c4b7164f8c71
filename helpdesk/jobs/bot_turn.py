"""One turn of the bot: ask Rasa, or let an article or a person stand in, within five seconds."""

from __future__ import annotations

from typing import Any

import structlog

from helpdesk.actions import bot_answers, bot_turns, bot_words, code_proof
from helpdesk.actions.bot_knowledge import ask, considered
from helpdesk.actions.bot_turns import Taken
from helpdesk.actions.knowledge import Answer
from helpdesk.desk import Desk
from helpdesk.jobs.rasa import Rasa, Silent
from helpdesk.models import TurnKind, now
from helpdesk.queries import bot_context, code_addresses
from helpdesk.queries.asker import asker
from helpdesk.rules import bot_policy
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.bot_reply import BotReply
from helpdesk.rules.one_time_code import Entered
from helpdesk.rules.spoken_language import Spoken, spoken

log = structlog.get_logger(__name__)


def take_turn(desk: Desk, rasa: Rasa, turn_id: int) -> None:
    """Take the turn if it is due and free; whatever happens, the customer is not left in silence.

    A fault of ours leaves the turn under its lease: it is taken again.
    """
    taken = bot_turns.claim(desk, turn_id)
    if taken is None:
        return
    locale = spoken(taken.question, taken.known_language)
    if taken.kind is TurnKind.SUGGESTION:
        _suggest(desk, rasa, taken, locale)
    elif not taken.question:
        bot_answers.hand_off(desk, taken, Handoff.FILE, locale, "A file without words.")
    else:
        _answer(desk, rasa, taken, locale)


def _answer(desk: Desk, rasa: Rasa, taken: Taken, locale: Spoken) -> None:
    if taken.code == Entered.RIGHT.value:
        code_proof.put_on_record(desk, taken.ticket)
    try:
        reply = _ask(desk, rasa, taken, locale)
    except Silent as silence:
        log.warning("bot.silent", turn=taken.id, reason=str(silence))
        _stand_in(desk, taken, locale, str(silence))
    else:
        bot_answers.answer(desk, taken, reply, locale)


def _ask(desk: Desk, rasa: Rasa, taken: Taken, locale: Spoken) -> BotReply:
    """Raises ``Silent``."""
    with desk.read() as session:
        metadata = _metadata(desk, session, taken, locale)
    patience = bot_policy.patience(taken.asked_at, now(), taken.attempt).total_seconds()
    return rasa.ask(f"{taken.ticket}:{taken.epoch}", taken.question, metadata, patience)


def _metadata(desk: Desk, session: Any, taken: Taken, locale: Spoken) -> dict[str, Any]:
    who = asker(session, taken.ticket)
    before = bot_context.handback(session, taken.ticket, taken.epoch)
    return {
        "ticket": taken.ticket,
        "epoch": taken.epoch,
        "through_seq": taken.through_seq,
        "channel": taken.channel,
        "locale": locale,
        "customer_known": who.is_known,
        "verified": who.is_proved,
        "people_here": bot_context.people_are_here(session),
        "contacts_lately": who.contacts_lately,
        "settled": before.settled,
        "collected": before.collected,
        "code": taken.code,
        "code_awaited": code_addresses.is_awaited(session, taken.ticket),
    }


def _stand_in(desk: Desk, taken: Taken, locale: Spoken, why: str) -> None:
    """An article where it is sure, once; else a person."""
    found = _look_up(desk, taken, locale)
    with desk.read() as session:
        silences = bot_context.silences(session, taken.ticket, taken.epoch)
    if not found.articles or not bot_policy.article_stands_in(found.outcome, silences):
        bot_answers.hand_off(desk, taken, Handoff.SILENT, locale, why)
        return
    best = found.articles[0]
    words = bot_words.article(best.title, best.summary, best.url, locale)
    bot_answers.stand_in(desk, taken, words, locale, why, considered(found))


def _suggest(desk: Desk, rasa: Rasa, taken: Taken, locale: Spoken) -> None:
    """One automatic mail, only when confident (DESIGN, promise 2)."""
    found = _look_up(desk, taken, locale)
    if not found.articles or found.outcome != "answer":
        bot_turns.drop(desk, taken, "No article was sure enough to suggest.")
        return
    if not _is_for_articles(desk, rasa, taken, locale):
        bot_turns.drop(desk, taken, "The bot understood a matter for people.")
        return
    best = found.articles[0]
    words = bot_words.suggestion(best.title, best.summary, best.url, desk.settings.company, locale)
    bot_answers.suggest(desk, taken, words, locale, considered(found))


def _is_for_articles(desk: Desk, rasa: Rasa, taken: Taken, locale: Spoken) -> bool:
    """Whether an article is an answer at all: to anger, or to the wish for a person, it is none.

    Without Rasa the articles' own sureness decides.
    """
    try:
        reply = _ask(desk, rasa, taken, locale)
    except Silent as silence:
        log.info("bot.silent", turn=taken.id, reason=str(silence))
        return True
    return reply.command("suggest") is not None


def _look_up(desk: Desk, taken: Taken, locale: Spoken) -> Answer:
    """Looking up never fails a turn: without articles a person answers."""
    try:
        return ask(desk, taken.question, locale, ticket_id=taken.ticket)
    except Exception:
        log.exception("bot.no_articles", turn=taken.id)
        return Answer("unknown", 0.0, ())
