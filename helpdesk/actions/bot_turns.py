"""The bot's turns: owed with the message, taken under a lease, settled once.

Lock order: the ticket's row, then the turn's. Only who holds the newest attempt of a turn may
settle it, and only while the ticket is still the bot's in the same epoch: an answer that comes
late, twice, or after a person spoke is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, update

from helpdesk import signals
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import BotTurn, Message, Ticket, TurnKind, TurnState, now
from helpdesk.rules import bot_policy
from helpdesk.rules.actor import ActorKind
from helpdesk.rules.bot_policy import MOST_QUESTION, Standing
from helpdesk.rules.status import Owner, Status


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that this worker has. ``question`` is everything that it answers, "" for files
    alone; ``attempt`` is this worker's number."""

    id: int
    attempt: int
    kind: TurnKind
    ticket: int
    epoch: int
    through_seq: int
    channel: str
    question: str
    known_language: str
    asked_at: datetime
    code: str = ""  # rules.one_time_code.Entered, where they wrote a one-time code


def owe(session: WriteSession, ticket: Ticket, seq: int, kind: TurnKind = TurnKind.ANSWER) -> None:
    """The bot owes an answer to everything up to ``seq``. The ticket's row must be held.

    Two quick messages make one turn over both.
    """
    session.flush()
    moment = now()
    turn = session.scalar(
        select(BotTurn).where(BotTurn.ticket_id == ticket.id, BotTurn.state == TurnState.DUE.value)
    )
    if turn is None:
        turn = BotTurn(ticket_id=ticket.id, epoch=ticket.bot_epoch, kind=kind.value)
        turn.created_at = moment
        session.add(turn)
    turn.through_seq = seq
    if turn.lease_until is None:
        turn.due_at = bot_policy.due_at(turn.created_at, moment)
    session.flush()
    session.announce(signals.bot_turn_due, turn=turn.id, at=turn.due_at)


def due(desk: Desk, limit: int = 200) -> list[int]:
    """Turns whose time has come and that nobody holds, the longest due first."""
    moment = now()
    with desk.read() as session:
        return list(
            session.scalars(
                select(BotTurn.id)
                .where(
                    BotTurn.state == TurnState.DUE.value, BotTurn.due_at <= moment, _free(moment)
                )
                .order_by(BotTurn.due_at, BotTurn.id)
                .limit(limit)
            )
        )


def _free(moment: datetime) -> ColumnElement[bool]:
    return or_(BotTurn.lease_until.is_(None), BotTurn.lease_until < moment)


def claim(desk: Desk, turn_id: int) -> Taken | None:
    """Take the turn for this worker; None when another has it or nothing is due."""
    moment = now()
    with desk.write() as session:
        turn = session.execute(
            update(BotTurn)
            .where(
                BotTurn.id == turn_id,
                BotTurn.state == TurnState.DUE.value,
                BotTurn.due_at <= moment,
                _free(moment),
            )
            .values(lease_until=moment + bot_policy.LEASE, attempts=BotTurn.attempts + 1)
            .returning(
                BotTurn.ticket_id, BotTurn.epoch, BotTurn.through_seq, BotTurn.attempts,
                BotTurn.kind, BotTurn.created_at,
            )
            .execution_options(synchronize_session=False)
        ).one_or_none()  # fmt: skip
        if turn is None:
            return None
        said = _unanswered(session, turn.ticket_id, turn.through_seq)
        return Taken(
            id=turn_id, attempt=turn.attempts, kind=TurnKind(turn.kind), ticket=turn.ticket_id,
            epoch=turn.epoch, through_seq=turn.through_seq, channel=said[-1].channel,
            question="\n".join(m.words.strip() for m in said if m.words.strip())[:MOST_QUESTION],
            known_language=said[-1].language, asked_at=turn.created_at,
            code=next((str(m.facts["code"]) for m in reversed(said) if "code" in m.facts), ""),
        )  # fmt: skip


def _unanswered(
    session: WriteSession, ticket_id: int, through_seq: int
) -> Sequence[Row[tuple[int, str, str, dict[str, Any], str]]]:
    """What the customer said since the bot was last done or an agent last spoke; oldest first.

    Their last words again, when there is nothing since: a ticket that was handed back.
    """
    done = session.scalar(
        select(func.max(BotTurn.through_seq)).where(
            BotTurn.ticket_id == ticket_id, BotTurn.state != TurnState.DUE.value
        )
    )
    spoken = session.scalar(
        select(func.max(Message.seq)).where(
            Message.ticket_id == ticket_id,
            Message.direction == "outbound",
            Message.visibility == "public",
            Message.author_kind != ActorKind.BOT.value,
        )
    )
    theirs = _said_by_customer(ticket_id, through_seq)
    since = session.execute(theirs.where(Message.seq > max(done or 0, spoken or 0))).all()
    return (since or session.execute(theirs.limit(1)).all())[::-1]


def _said_by_customer(
    ticket_id: int, through_seq: int
) -> Select[tuple[int, str, str, dict[str, Any], str]]:
    words = func.coalesce(func.nullif(Message.new_text, ""), Message.text)
    return (
        select(
            Message.seq, Message.channel, Message.language, Message.facts,
            func.substr(words, 1, MOST_QUESTION).label("words"),
        )
        .where(
            Message.ticket_id == ticket_id,
            Message.direction == "inbound",
            Message.visibility == "public",
            Message.automatic == "",
            Message.seq <= through_seq,
        )
        .order_by(Message.seq.desc())
        .limit(20)
    )  # fmt: skip


def settle(session: WriteSession, taken: Taken, state: TurnState, reason: str = "") -> bool:
    """End the turn, if it is still this worker's. What was said since is a turn of its own.

    Call it with the ticket's row held (``hold``), and write the answer in the same transaction.
    """
    later = session.scalar(
        update(BotTurn)
        .where(
            BotTurn.id == taken.id,
            BotTurn.state == TurnState.DUE.value,
            BotTurn.attempts == taken.attempt,
        )
        .values(state=state.value, reason=reason[:300], settled_at=now(), lease_until=None)
        .returning(BotTurn.through_seq)
        .execution_options(synchronize_session=False)
    )
    if later is None:
        return False
    if later > taken.through_seq:
        session.execute(
            update(BotTurn)
            .where(BotTurn.id == taken.id)
            .values(through_seq=taken.through_seq)
            .execution_options(synchronize_session=False)
        )
        ticket = session.get_one(Ticket, taken.ticket)
        if bot_policy.may_speak(standing(ticket), taken.epoch):
            owe(session, ticket, later)
    return True


def hold(session: WriteSession, taken: Taken) -> Ticket | None:
    """The ticket under its row's lock, if the bot of this turn's epoch still speaks there.

    The UPDATE requires the epoch: nobody can take over between it and the commit.
    """
    owner = Owner.BOT if taken.kind is TurnKind.ANSWER else Owner.PEOPLE
    held = session.execute(
        update(Ticket)
        .where(
            Ticket.id == taken.ticket,
            Ticket.bot_epoch == taken.epoch,
            Ticket.owner == owner.value,
            Ticket.status != Status.CLOSED.value,
        )
        .values(changed_at=now())
        .execution_options(synchronize_session=False)
    )
    if not held.rowcount:  # type: ignore[attr-defined]
        return None
    return session.get_one(Ticket, taken.ticket, populate_existing=True)


def drop(desk: Desk, taken: Taken, reason: str) -> None:
    """Nothing is said in this turn."""
    with desk.write() as session:
        settle(session, taken, TurnState.DROPPED, reason)


def standing(ticket: Ticket) -> Standing:
    """How the ticket stands for ``rules.bot_policy``."""
    return Standing(Owner(ticket.owner), ticket.bot_epoch, Status(ticket.status))
