"""Asking how we did: each ticket that ended is considered once, and perhaps asked about.

The decision, the invitation and its outgoing mail are one transaction, under the rows of the
ticket and of its customer: however many processes look, nobody is asked twice.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.message import OutboundMessage
from helpdesk import signals
from helpdesk.actions import audit, survey_words
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Customer,
    Delivery,
    Inbox,
    Message,
    Survey,
    SurveyInvitation,
    Ticket,
    now,
)
from helpdesk.queries import survey_candidates as candidates
from helpdesk.queries.survey_candidates import Asking
from helpdesk.rules import survey as rules
from helpdesk.rules import survey_token
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.spoken_language import spoken
from helpdesk.rules.survey import Unasked

FACT = "survey_invitation"  # on the note whose delivery asks: the invitation's id


def consider(desk: Desk, ticket_id: int) -> str | Unasked | None:
    """Ask about this ticket, or write down why not; None when that is done already.

    The channel on which the customer was asked, or the reason why they were not.
    """
    with desk.write() as session:
        ticket = session.get(Ticket, ticket_id, with_for_update=True)
        survey = candidates.active(session)
        if ticket is None or survey is None or candidates.is_done(session, ticket):
            return None
        session.get_one(Customer, ticket.customer_id, with_for_update={"key_share": True})
        asking = candidates.look(session, survey, ticket)
        way = rules.way_to_ask(asking.facts)
        if way is Unasked.NOT_ENDED:
            return None
        invitation = _invitation(session, survey, ticket)
        invitation.reason = way.value if isinstance(way, Unasked) else ""
        if not isinstance(way, Unasked):
            _ask(desk, session, ticket, invitation, way, asking)
        return way


def _invitation(session: WriteSession, survey: Survey, ticket: Ticket) -> SurveyInvitation:
    """This ticket's, new or considered again."""
    found = session.scalar(
        select(SurveyInvitation).where(
            SurveyInvitation.ticket_id == ticket.id, SurveyInvitation.kind == survey.kind
        )
    )
    if found is None:
        found = SurveyInvitation(
            survey_id=survey.id, kind=survey.kind, ticket_id=ticket.id,
            nonce=secrets.token_hex(16),
        )  # fmt: skip
        session.add(found)
    found.customer_id, found.considered_at = ticket.customer_id, now()
    found.agent_id, found.team_id = ticket.assignee_id, ticket.team_id
    return found


def _ask(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    invitation: SurveyInvitation,
    way: str,
    asking: Asking,
) -> None:
    point = asking.visitor if way == "chat" else asking.mail
    assert point is not None
    invitation.channel, invitation.contact_point_id = way, point.id
    invitation.locale, invitation.sent_at = _language(desk, session, ticket), now()
    session.flush()
    if way == "email":
        _write(desk, session, ticket, invitation, point)
    else:
        ticket.touch()
    audit.record(session, SYSTEM, "survey.asked", ticket=ticket, channel=way)
    audit.changed(session, ticket)


def _language(desk: Desk, session: Session, ticket: Ticket) -> str:
    """Of the customer's last words; where those do not say, of the customer."""
    words = session.scalar(
        select(Message.new_text)
        .where(Message.ticket_id == ticket.id, Message.direction == "inbound")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return spoken(words or "", ticket.customer.locale or desk.settings.locale)


def _write(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    invitation: SurveyInvitation,
    point: ContactPoint,
) -> None:
    """The note that says so, and the delivery that carries the links. They are in neither."""
    company, locale = desk.settings.company, invitation.locale
    inbox = _inbox(session, ticket)
    domain = inbox.address.rpartition("@")[2] or "helpdesk.invalid"
    words = survey_words.question(ticket.subject, locale)
    note = Message(
        direction="outbound", visibility="note", channel="email",
        author_kind=SYSTEM.kind.value, author_name=company, author_address="",
        to=[point.value], subject=survey_words.subject(company, locale), text=words,
        new_text=words, language=locale, automatic="auto-generated", facts={FACT: invitation.id},
        message_id=f"<{secrets.token_hex(16)}@{domain}>", sent_at=now(),
    )  # fmt: skip
    ticket.note(note)
    session.flush()
    row = Delivery(
        message_id=note.id, channel="email", inbox_id=inbox.id, contact_point_id=point.id,
        recipient=point.value, due_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.announce(signals.delivery_due, delivery=row.id, at=row.due_at)


def _inbox(session: Session, ticket: Ticket) -> Inbox:
    """The ticket's own where it is a mailbox, else the first."""
    mailboxes = session.scalars(
        select(Inbox).where(Inbox.channel == "email", Inbox.active).order_by(Inbox.id)
    ).all()
    return next((each for each in mailboxes if each.id == ticket.inbox_id), mailboxes[0])


def filled_in(
    desk: Desk, session: Session, message: Message, leaving: OutboundMessage
) -> OutboundMessage:
    """What leaves, with the links where ``message`` asks; else as it is."""
    number = message.facts.get(FACT)
    if number is None:
        return leaving
    invitation = session.get_one(SurveyInvitation, number)
    mail = survey_words.mail(
        leaving.text, address_of(desk, invitation), desk.settings.company, invitation.locale
    )
    return replace(leaving, text=mail.text, html=mail.html, language=invitation.locale)


def address_of(desk: Desk, invitation: SurveyInvitation) -> str:
    """The page on which this invitation is answered."""
    key = desk.vault.key(survey_token.KEY_PURPOSE)
    token = survey_token.make(invitation.id, invitation.nonce, key)
    return f"{desk.settings.url}/survey/{token}"
