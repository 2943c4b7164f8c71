"""What waits for somebody's decision, as tables: duplicates, and what the bot may learn."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.candidates import candidates as newest
from helpdesk.queries.duplicate_list import pairs
from helpdesk.queries.exports import Export, Rows
from helpdesk.rules.actor import Actor

DUPLICATES = ("customer", "name", "address", "organization", "other_customer", "other_name",
              "other_address", "other_organization", "evidence", "found_at")  # fmt: skip
CANDIDATES = ("text", "language", "source", "understood_as", "intent", "article", "state", "ticket",
              "agent", "model", "created_at")  # fmt: skip


def duplicates() -> Export:
    """The pairs of customers who may be one person, the newest first."""
    return Export("duplicates", _duplicates)


def candidates(state: str) -> Export:
    """What the bot may learn, of ``state``, the newest first."""
    return Export("candidates", lambda s, a: _candidates(s, a, state), {"state": state})


def _duplicates(session: Session, actor: Actor) -> Rows:
    yield DUPLICATES
    found, after = pairs(session, actor)
    while found:
        for pair in found:
            one, two = pair.one, pair.two
            yield (
                one.id, one.name, one.address, one.organization,
                two.id, two.name, two.address, two.organization, pair.evidence, pair.at,
            )  # fmt: skip
        found, after = pairs(session, actor, after) if after is not None else ([], None)


def _candidates(session: Session, actor: Actor, state: str) -> Rows:
    yield CANDIDATES
    found = newest(session, actor, state)
    while found:
        for one in found:
            yield (
                one.text, one.lang, one.source, one.understood_as, one.intent, one.article,
                one.state, one.ticket, one.agent, one.model, one.created_at,
            )  # fmt: skip
        found = newest(session, actor, state, before=found[-1].id)
