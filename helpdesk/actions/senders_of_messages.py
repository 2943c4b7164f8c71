"""Judging a sender where their mail is read: one click on the message instead of a line typed."""

from __future__ import annotations

from helpdesk.actions import senders, tickets
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Message, NotPossible, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.rules import sender_list
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.sender_list import Verdict
from helpdesk.rules.status import Status, may_become


def judge(
    desk: Desk, actor: Actor, ticket_id: int, message_id: int, verdict: Verdict | None
) -> None:
    """Put the sender of this mail on the deny or the allow list; ``None``: take them off again.

    The ticket follows where it is the sender's own: into the spam folder, or out of it. Twice is
    once. Raises ``NotAllowed``, ``NotFound``, ``NotPossible``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        actor.must_be(Role.ADMIN)
        message = _mail(session, ticket, message_id)
        pattern = sender_list.pattern(message.author_address)
        row = senders.line(session, pattern)
        if verdict is None:
            if row is not None:
                senders.take_off(session, actor, row, ticket)
        elif row is None or row.verdict != verdict.value:
            senders.put(session, actor, pattern, verdict, ticket=ticket)
        _follow(session, actor, ticket, message, verdict)
        ticket.revise(message)


def _mail(session: WriteSession, ticket: Ticket, message_id: int) -> Message:
    message = session.get(Message, message_id if 0 < message_id < 2**31 else 0)
    if message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such message.")
    if message.channel != "email" or message.direction != "inbound":
        raise NotPossible("The lists are about the senders of mails.")
    return message


def _follow(
    session: WriteSession, actor: Actor, ticket: Ticket, message: Message, verdict: Verdict | None
) -> None:
    """A ticket of somebody else, in which a denied sender spoke, stays where it is."""
    is_theirs = message.author_id == ticket.customer_id
    is_spam = ticket.status == Status.SPAM.value
    if verdict is Verdict.ALLOW and is_spam and is_theirs:
        tickets.stand(session, actor, ticket, Status.OPEN)
    elif verdict is Verdict.DENY and is_theirs and may_become(Status(ticket.status), Status.SPAM):
        tickets.stand(session, actor, ticket, Status.SPAM)
