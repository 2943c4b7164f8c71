"""Which ticket a contact belongs to, and why. First match wins.

| evidence                                   | what happens                                        |
| ------------------------------------------ | --------------------------------------------------- |
| token, from a proved agent's own address   | the agent's reply: outbound, passed on; a note if   |
|                                            | the ticket is closed or ended long ago              |
| valid token in the plus-address            | joins; an unknown sender waits for an agent's word  |
| names a Message-ID that we sent            | joins, likewise                                     |
| names a customer's Message-ID              | joins, if the sender takes part                     |
| ``[#42]`` in the subject                   | joins, if the sender takes part and DMARC proves it |
| the address wrote or was written to lately | joins (chat, SMS, phone)                            |
| nothing                                    | opens a new ticket                                  |

Automatic mail is a note wherever it lands and reopens nothing. A match with a ticket that ended
long ago, or a forward, opens a new ticket that is linked; until then a customer's answer reopens
what was resolved or closed. What a stranger answers, or the subject names without proof, is
suggested to the agents and never joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from channels.message import Proof
from helpdesk.rules.status import Status


class Signal(StrEnum):
    """What a contact was matched by."""

    OWN_CLIENT = "own_client"
    TOKEN = "token"  # noqa: S105  a reply address, not a secret
    OUR_MESSAGE_ID = "our_message_id"
    CUSTOMER_MESSAGE_ID = "customer_message_id"
    SUBJECT_TAG = "subject_tag"
    CONVERSATION = "conversation"
    NEW = "new"


REASONS = {
    Signal.OWN_CLIENT: "An agent answered from their own mail program",
    Signal.TOKEN: "Joined by the reply address",
    Signal.OUR_MESSAGE_ID: "Joined by our Message-ID",
    Signal.CUSTOMER_MESSAGE_ID: "Joined by a Message-ID of a participant",
    Signal.SUBJECT_TAG: "Joined by the tag in the subject, from a proved participant",
    Signal.CONVERSATION: "Joined the conversation with this address",
    Signal.NEW: "Opened a new ticket",
}


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the rule must know of a candidate ticket. ``ended_days`` is how long ago it was
    resolved or closed, None while it is active; ``led_from`` is the one that is part of it now
    and was meant."""

    id: int
    status: Status
    participants: frozenset[str]  # normalized addresses
    ended_days: float | None = None
    led_from: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a contact says about where it belongs, looked up. None: it says nothing, or what it
    says is unknown here."""

    sender: str  # normalized address
    proof: Proof = Proof.NONE
    automatic: bool = False
    forward: bool = False
    agent: bool = False  # the sender's address is an active agent's
    token: TicketFacts | None = None
    our_message: TicketFacts | None = None
    our_message_id: str = ""
    customer_message: TicketFacts | None = None
    customer_message_id: str = ""
    tagged: TicketFacts | None = None
    conversation: TicketFacts | None = None


@dataclass(frozen=True, slots=True)
class ThreadDecision:
    """Where a contact goes. ``ticket_id`` None opens a new ticket.

    ``suggested_ticket`` may be the same matter, ``linked_ticket`` is its ended predecessor,
    ``meant_for`` the ticket that it belonged to before that one became part of ``ticket_id``.
    """

    ticket_id: int | None
    signal: Signal
    evidence: str
    as_note: bool = False
    as_agent: bool = False
    suggested_ticket: int | None = None
    linked_ticket: int | None = None
    meant_for: int | None = None


def match(evidence: Evidence, *, thread_days: float) -> ThreadDecision:
    """Decide. ``thread_days``: how long after its end a ticket can still be replied to."""
    if evidence.token is not None and _speaks_for_us(evidence):
        ended = _ended_for_us(evidence.token, thread_days)
        said = REASONS[Signal.OWN_CLIENT] + (f". Kept as a note: {ended}" if ended else "")
        return ThreadDecision(
            evidence.token.id, Signal.OWN_CLIENT, said, as_note=bool(ended), as_agent=True
        )
    candidates = (
        (Signal.TOKEN, evidence.token, ""),
        (Signal.OUR_MESSAGE_ID, evidence.our_message, evidence.our_message_id),
        (
            Signal.CUSTOMER_MESSAGE_ID,
            _if_takes_part(evidence, evidence.customer_message),
            evidence.customer_message_id,
        ),
        (Signal.SUBJECT_TAG, _if_proved(evidence, evidence.tagged), ""),
        (Signal.CONVERSATION, evidence.conversation, ""),
    )
    for signal, ticket, detail in candidates:
        if ticket is not None:
            return _joined(evidence, signal, ticket, detail, thread_days)
    return _suggested(evidence) or ThreadDecision(
        None, Signal.NEW, REASONS[Signal.NEW], as_note=evidence.automatic
    )


def _speaks_for_us(evidence: Evidence) -> bool:
    """From is a claim: an agent's address counts only where it is proved."""
    is_proved = evidence.agent and evidence.proof is not Proof.NONE
    return is_proved and not evidence.automatic and not evidence.forward


def _if_takes_part(evidence: Evidence, ticket: TicketFacts | None) -> TicketFacts | None:
    return ticket if ticket and evidence.sender in ticket.participants else None


def _if_proved(evidence: Evidence, ticket: TicketFacts | None) -> TicketFacts | None:
    return _if_takes_part(evidence, ticket) if evidence.proof is not Proof.NONE else None


def _joined(
    evidence: Evidence, signal: Signal, ticket: TicketFacts, detail: str, thread_days: float
) -> ThreadDecision:
    why_not = None if evidence.automatic else _why_not(evidence, signal, ticket, thread_days)
    if why_not is not None:
        return ThreadDecision(
            None,
            Signal.NEW,
            f"Opened a new ticket linked to ticket {ticket.id}: {why_not}",
            as_note=evidence.automatic,
            linked_ticket=ticket.id,
        )
    reason = REASONS[signal] + (f" {detail}" if detail else "")
    return ThreadDecision(ticket.id, signal, reason, as_note=evidence.automatic)


def _suggested(evidence: Evidence) -> ThreadDecision | None:
    """A new ticket that an agent may join to the one that is named; None when none is."""
    named = (
        (evidence.customer_message, "it answers a mail in ticket {}"),
        (evidence.tagged, "the subject names ticket {}"),
    )
    for ticket, what in named:
        if ticket is not None:
            return ThreadDecision(
                None,
                Signal.NEW,
                f"Opened a new ticket: {what.format(ticket.id)}, "
                "but nothing proves that the sender takes part in it",
                as_note=evidence.automatic,
                suggested_ticket=ticket.id,
            )
    return None


def _why_not(
    evidence: Evidence, signal: Signal, ticket: TicketFacts, thread_days: float
) -> str | None:
    """Why the message opens a ticket beside the one that it belongs to; None when it joins it."""
    ended = _ended(ticket, thread_days)
    if ended is None and evidence.forward and signal is not Signal.CONVERSATION:
        return "it was forwarded"
    return ended


def _ended_for_us(ticket: TicketFacts, thread_days: float) -> str | None:
    """The same for an agent: as on the page, they reopen what is closed before they write."""
    return "it is closed" if ticket.status is Status.CLOSED else _ended(ticket, thread_days)


def _ended(ticket: TicketFacts, thread_days: float) -> str | None:
    if ticket.ended_days is not None and ticket.ended_days > thread_days:
        return f"it ended more than {thread_days:g} days ago"
    return None
