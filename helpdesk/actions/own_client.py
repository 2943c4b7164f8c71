"""An agent who answers from their own mail program: recorded as the agent's reply, and passed on.

Their address must be proved, and the mail must have come to the ticket's reply address
(``rules.thread_match``). Whom they wrote to themselves has the mail already.
"""

from __future__ import annotations

import re
from email.utils import make_msgid

from sqlalchemy import select

from channels.message import InboundMessage, Proof
from helpdesk.actions import audit, handovers, outbox
from helpdesk.actions.reply_routes import Route, route_of
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, Envelope, Message, NotPossible, Ticket, normalize
from helpdesk.models.visibility import hidden_teams
from helpdesk.rules.actor import Actor, ActorKind, Role
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.thread_match import ThreadDecision

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,500}>")


def agent_of(desk: Desk, session: WriteSession, incoming: InboundMessage) -> Actor | None:
    """The agent whose proved address sent this mail, or None."""
    if incoming.sender.proof is Proof.NONE or not desk.channels[incoming.channel].has_subject:
        return None
    agent = session.scalar(
        select(Agent).where(Agent.email == normalize(incoming.sender.value), Agent.active)
    )
    if agent is None:
        return None
    hidden = hidden_teams(session, agent.id, agent.role)
    return Actor(ActorKind.AGENT, agent.id, agent.name, agent.email, Role(agent.role), hidden)


def record(
    desk: Desk,
    session: WriteSession,
    actor: Actor,
    ticket: Ticket,
    envelope: Envelope,
    incoming: InboundMessage,
    decision: ThreadDecision,
) -> Message:
    """Put the reply into the transcript; whom it has not reached yet gets it from us.

    The ticket's row must be held. Where nobody can be reached it stays a note.
    """
    message = _message(actor, envelope, incoming, decision)
    route = None if decision.as_note else _route(desk, session, ticket, message)
    if route is None:
        message.visibility = "note"
        ticket.note(message)
        audit.record(session, actor, "note.added", ticket=ticket, reason=message.evidence)
        return message
    message.contact_point_id = route.points[0].id
    message.to, message.cc = [route.points[0].value], [p.value for p in route.points[1:]]
    handovers.to_people(session, actor, ticket, Handoff.TAKEN_OVER)
    ticket.say(message)
    audit.record(session, actor, "message.sent", ticket=ticket, channel=route.channel)
    _pass_on(desk, session, ticket, message, route, incoming)
    return message


def _message(
    actor: Actor, envelope: Envelope, incoming: InboundMessage, decision: ThreadDecision
) -> Message:
    words = incoming.new_text or incoming.text
    domain = actor.email.rpartition("@")[2]
    is_usable = _MESSAGE_ID.fullmatch(incoming.message_id)
    return Message(
        direction="outbound",
        channel=incoming.channel,
        author_kind=actor.kind.value,
        author_id=actor.id,
        author_name=actor.name,
        author_address=actor.email,
        proof=incoming.sender.proof.value,
        subject=incoming.subject,
        text=words,
        new_text=words,
        language=incoming.language,
        message_id=incoming.message_id if is_usable else make_msgid(domain=domain),
        contact_key=incoming.key,
        signal=decision.signal.value,
        evidence=decision.evidence,
        facts=dict(incoming.facts),
        sent_at=envelope.received_at,
    )


def _route(desk: Desk, session: WriteSession, ticket: Ticket, message: Message) -> Route | None:
    try:
        return route_of(desk, session, ticket, message.channel)
    except NotPossible as refusal:
        message.evidence += f". Kept as a note: {refusal}"
        return None


def _pass_on(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    message: Message,
    route: Route,
    incoming: InboundMessage,
) -> None:
    has_it = {normalize(a.value) for a in (incoming.sender, *incoming.to, *incoming.cc)}
    left = tuple(point for point in route.points if point.normalized not in has_it)
    if left:
        outbox.queue(desk, session, ticket, message, Route(route.channel, route.inbox, left))
