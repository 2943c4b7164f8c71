"""Macros and saved replies: keeping them, and doing a macro's steps to tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import audit, replies, tickets
from helpdesk.actions.changing import changing
from helpdesk.actions.held import Wait
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Macro, NotPossible, SavedReply, Ticket, now
from helpdesk.models.message import Hold
from helpdesk.models.visibility import NotFound
from helpdesk.queries.reply_values import values_for
from helpdesk.rules.actor import Actor, NotAllowed, Role
from helpdesk.rules.macro_steps import ME, Steps, steps_of
from helpdesk.rules.preferences import UNDO_SECONDS
from helpdesk.rules.refusal import Refusal
from helpdesk.rules.reply_variables import filled, missing, unknown
from helpdesk.rules.status import Priority, Status

MOST_TICKETS = 200  # at once
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the steps: how many tickets took them, and why others did not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)


def apply_to(desk: Desk, actor: Actor, ticket_ids: Sequence[int], steps: Steps) -> Outcome:
    """Do the steps to each ticket, each in one transaction of its own with the actor's rights.

    A ticket that refuses them stays as it was, and the others go on.
    """
    if len(ticket_ids) > MOST_TICKETS:
        raise NotPossible("Choose %(most)s tickets at most.", most=MOST_TICKETS)
    outcome = Outcome()
    for ticket_id in dict.fromkeys(ticket_ids):
        try:
            apply(desk, actor, ticket_id, steps)
        except (NotPossible, NotFound, NotAllowed) as refusal:
            outcome.refused[ticket_id] = refusal
        else:
            outcome.done.append(ticket_id)
    return outcome


def apply(desk: Desk, actor: Actor, ticket_id: int, steps: Steps) -> None:
    """Do the steps to one ticket: all of them or none."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        _mark(session, actor, ticket, steps)
        _hand(session, actor, ticket, steps)
        _speak(desk, session, actor, ticket, steps)
        if steps.status and not steps.reply:
            tickets.stand(session, actor, ticket, Status(steps.status))


def _mark(session: WriteSession, actor: Actor, ticket: Ticket, steps: Steps) -> None:
    if steps.add_tags or steps.remove_tags:
        names = [tag.name for tag in ticket.tags if tag.name not in steps.remove_tags]
        tickets.tag(session, actor, ticket, [*names, *steps.add_tags])
    if steps.priority:
        tickets.prioritize(session, actor, ticket, Priority(steps.priority))


def _hand(session: WriteSession, actor: Actor, ticket: Ticket, steps: Steps) -> None:
    if steps.team:
        tickets.transfer(session, actor, ticket, _number(steps.team))
    if steps.assignee:
        wanted = actor.id if steps.assignee == ME else _number(steps.assignee)
        tickets.give(session, actor, ticket, wanted)


def _number(word: str) -> int | None:
    return None if word == "none" else int(word)


def _speak(desk: Desk, session: WriteSession, actor: Actor, ticket: Ticket, steps: Steps) -> None:
    values = values_for(desk, actor, ticket)
    if steps.note:
        replies.remark(session, actor, ticket, filled(steps.note, values))
    if steps.reply:
        if lacking := missing(steps.reply, values):
            raise NotPossible("The reply needs %(name)s, which is not known.", name=lacking[0])
        wait = Wait(Hold.UNDO, now() + timedelta(seconds=UNDO_SECONDS), steps.status)
        said = replies.reply(desk, session, actor, ticket, filled(steps.reply, values), wait)
        if steps.status and not said.is_held:
            tickets.stand(session, actor, ticket, Status(steps.status))


def save_macro(
    desk: Desk, actor: Actor, name: str, steps: Steps, *, macro_id: int | None = None
) -> int:
    """Keep a macro for everybody: the one of that id, else the one of that name. Its id.

    Raises ``NotFound``, ``NotPossible`` for a name that another macro has.
    """
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    title = _title(name)
    _must_be_known(steps.reply + steps.note)
    with desk.write() as session:
        named = session.scalar(select(Macro).where(Macro.name == title))
        macro = _macro(session, macro_id) if macro_id else named or Macro()
        if named not in (None, macro):
            raise NotPossible("Another macro has this name.")
        macro.name, macro.steps = title, steps.kept()
        session.add(macro)
        session.flush()
        audit.record(session, actor, "macro.saved", name=title, macro=macro.id)
        return macro.id


def remove_macro(desk: Desk, actor: Actor, macro_id: int) -> None:
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    with desk.write() as session:
        macro = _macro(session, macro_id)
        audit.record(session, actor, "macro.removed", name=macro.name, macro=macro.id)
        session.delete(macro)


def steps_of_macro(desk: Desk, macro_id: int) -> Steps:
    """What a macro does. Raises ``NotFound``."""
    with desk.read() as session:
        return steps_of(_macro(session, macro_id).steps)


def _macro(session: Session, macro_id: int) -> Macro:
    macro = session.get(Macro, macro_id) if macro_id < 2**31 else None
    if macro is None:
        raise NotFound("There is no such macro.")
    return macro


def save_reply(
    desk: Desk, actor: Actor, name: str, text: str, *, locale: str = "", shared: bool = False,
    reply_id: int | None = None,
) -> int:  # fmt: skip
    """Keep canned text: the one of that id, else the one of that name, owner and language. Its id.

    Raises ``NotFound``, ``NotPossible`` for a name that another one has.
    """
    actor.must_be_staff()
    if shared:
        actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    title, words = _title(name), text.replace("\r\n", "\n").strip()[:20_000]
    if not words:
        raise NotPossible("Write the text of the reply.")
    _must_be_known(words)
    owner = None if shared else actor.id
    own = SavedReply.agent_id.is_(None) if shared else SavedReply.agent_id == owner
    with desk.write() as session:
        named = session.scalar(
            select(SavedReply).where(SavedReply.name == title, own, SavedReply.locale == locale)
        )
        reply = _reply(session, actor, reply_id) if reply_id else named or SavedReply()
        if named not in (None, reply):
            raise NotPossible("Another saved reply has this name.")
        reply.name, reply.agent_id, reply.locale, reply.text = title, owner, locale, words
        session.add(reply)
        session.flush()
        audit.record(session, actor, "saved_reply.saved", name=title, reply=reply.id)
        return reply.id


def remove_reply(desk: Desk, actor: Actor, reply_id: int) -> None:
    """Forget a saved reply: one's own, or, for supervisors, a shared one."""
    with desk.write() as session:
        reply = _reply(session, actor, reply_id)
        audit.record(session, actor, "saved_reply.removed", name=reply.name, reply=reply.id)
        session.delete(reply)


def _reply(session: Session, actor: Actor, reply_id: int) -> SavedReply:
    """One that the actor may change."""
    reply = session.get(SavedReply, reply_id) if reply_id < 2**31 else None
    if reply is None or reply.agent_id not in (None, actor.id):
        raise NotFound("There is no such saved reply.")
    if reply.agent_id is None:
        actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    return reply


def _title(name: str) -> str:
    title = " ".join(name.split())[:LONGEST_NAME]
    if not title:
        raise NotPossible("Give it a name.")
    return title


def _must_be_known(text: str) -> None:
    if strange := unknown(text):
        raise NotPossible("There is no variable “%(name)s”.", name=strange[0])
