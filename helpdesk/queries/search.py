"""Tickets by the words of their messages, subjects and people, newest message first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, select, table, text
from sqlalchemy.orm import Session

from helpdesk.models import Message, Ticket
from helpdesk.models.visibility import messages_visible_to, visible_to
from helpdesk.queries.ticket_list import PAGE, Page, Row, row_columns
from helpdesk.rules.actor import Actor
from helpdesk.rules.search_words import query_words

BATCH = 400  # messages looked at at once
BATCHES = 5
PREFIX_FROM = 3  # characters; shorter prefixes would match half the dictionary
COMMON = 400  # messages; a word in so many is taken as whole, since its prefix would cost most
FAR = 2**31 - 1  # beyond every message

_NUMBER = re.compile(r"#?\s*(\d{1,9})")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_fts = table("message_search", column("rowid"))


@dataclass(frozen=True, slots=True)
class _Hit:
    message: int
    ticket: int


def search(session: Session, actor: Actor, words: str, after: str = "", size: int = PAGE) -> Page:
    """The tickets that match all of ``words``, the last of them as a prefix while it is rare.

    A ticket's number, bare or as "#42", is the first hit. ``after`` is the page before's.
    """
    before = min(int(after), FAR) if after.isdecimal() and len(after) < 19 else FAR
    match = _match(session, words)
    tickets, next_page = _tickets(session, actor, match, before, size) if match else ([], "")
    if before == FAR:
        tickets = list(dict.fromkeys(_by_number(words) + tickets))
    return Page(_rows(session, actor, tickets), next_page)


def _by_number(words: str) -> list[int]:
    match = _NUMBER.fullmatch(words.strip())
    return [int(match[1])] if match else []


def _match(session: Session, words: str) -> str:
    """What the database is asked for, "" for nothing. The words are letters and digits only, so
    that quoting them is safe."""
    wanted = query_words(words)
    if not wanted:
        return ""
    exact = [_term(session, word) for word in wanted]
    if words[-1:].strip() and _may_be_prefix(wanted[-1]) and not _is_common(session, exact[-1]):
        exact[-1] = _prefix(session, wanted[-1])
    return (" " if _is_sqlite(session) else " & ").join(exact)


def _term(session: Session, word: str) -> str:
    return f'"{word}"' if _is_sqlite(session) else f"'{word}'"


def _prefix(session: Session, word: str) -> str:
    return _term(session, word) + ("*" if _is_sqlite(session) else ":*")


def _may_be_prefix(word: str) -> bool:
    return len(word) >= PREFIX_FROM and not _HAN.search(word)


def _is_common(session: Session, term: str) -> bool:
    found = session.execute(_probe(_is_sqlite(session)), {"match": term})
    return found.first() is not None


def _tickets(
    session: Session, actor: Actor, match: str, before: int, size: int
) -> tuple[list[int], str]:
    """A page of distinct tickets, newest message first, and the place where the next one starts."""
    found: dict[int, None] = {}
    place = before
    for _ in range(BATCHES):
        hits = _hits(session, actor, match, place)
        seen = _shown(session, actor, match, before, [hit.ticket for hit in hits])
        for hit in hits:
            if hit.ticket not in seen:
                if len(found) == size and hit.ticket not in found:
                    return list(found), str(place)
                found[hit.ticket] = None
            place = hit.message
        if len(hits) < BATCH:
            return list(found), ""
    return list(found), str(place)


def _hits(session: Session, actor: Actor, match: str, before: int) -> list[_Hit]:
    question = _newest(actor, _is_sqlite(session))
    rows = session.execute(question, {"match": match, "before": before})
    return [_Hit(*row) for row in rows]


def _shown(session: Session, actor: Actor, match: str, before: int, tickets: list[int]) -> set[int]:
    """Those of ``tickets`` that an earlier page has shown, for a newer message of theirs."""
    if before == FAR or not tickets:
        return set()
    question = _newer(actor, _is_sqlite(session))
    wanted = {"match": match, "before": before, "tickets": tickets}
    return {ticket for _, ticket in session.execute(question, wanted)}


def _rows(session: Session, actor: Actor, tickets: list[int]) -> list[Row]:
    found = session.execute(_of_tickets(actor), {"tickets": tickets}) if tickets else ()
    rows = {row.id: row for row in (Row(*values) for values in found)}
    return [rows[number] for number in tickets if number in rows]


# The statements, each built once


@lru_cache(1024)
def _newest(actor: Actor, sqlite: bool) -> Select[*tuple[int, int]]:
    number = _number(sqlite)
    return (
        _matching(actor, sqlite)
        .where(number < bindparam("before"))
        .order_by(number.desc())
        .limit(BATCH)
    )


@lru_cache(1024)
def _newer(actor: Actor, sqlite: bool) -> Select[*tuple[int, int]]:
    return _matching(actor, sqlite).where(
        _number(sqlite) >= bindparam("before"),
        Message.ticket_id.in_(bindparam("tickets", expanding=True)),
    )


def _matching(actor: Actor, sqlite: bool) -> Select[*tuple[int, int]]:
    question = select(Message.id, Message.ticket_id)
    if sqlite:
        question = question.select_from(_fts).join(Message, Message.id == _fts.c.rowid)
    return question.join(Ticket, Ticket.id == Message.ticket_id).where(
        _condition(sqlite), visible_to(actor), messages_visible_to(actor)
    )


def _number(sqlite: bool) -> ColumnElement[int]:
    return _fts.c.rowid if sqlite else Message.__table__.c.id


def _condition(sqlite: bool) -> ColumnElement[bool]:
    if sqlite:
        return text("message_search MATCH :match")  # type: ignore[return-value]
    vector = func.array_to_tsvector(func.string_to_array(Message.tokens, text("' '")))
    return vector.op("@@", is_comparison=True)(text("CAST(:match AS tsquery)"))


@lru_cache(2)
def _probe(sqlite: bool) -> Select[*tuple[Any, ...]]:
    source = _fts if sqlite else Message.__table__
    number = _number(sqlite)
    return select(number).select_from(source).where(_condition(sqlite)).limit(1).offset(COMMON - 1)


@lru_cache(1024)
def _of_tickets(actor: Actor) -> Select[*tuple[Any, ...]]:
    wanted = Ticket.id.in_(bindparam("tickets", expanding=True))
    return row_columns(actor).where(wanted, visible_to(actor))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
