"""One-time codes that come back: tried as they are received, then put on the record."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from channels.message import Address, ContactKind, InboundMessage, Proof
from helpdesk.actions import audit
from helpdesk.actions.identification import identify
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, OneTimeCode, Ticket, now
from helpdesk.queries import code_addresses
from helpdesk.rules import one_time_code
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.one_time_code import CodeState, Entered
from helpdesk.rules.status import Owner


def received(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    point: ContactPoint,
    incoming: InboundMessage,
) -> InboundMessage:
    """The message as the record may keep it: a code in it is tried, counted, and masked.

    Part of the transaction that receives it, so that a message is one try however often a crash
    repeats the work after it. What came of it stands in the fact ``code``.
    """
    if ticket.id is None or ticket.owner != Owner.BOT.value:
        return incoming
    given = one_time_code.entered(incoming.text)
    code = code_addresses.open_code(session, ticket) if given is not None else None
    if given is None or code is None or code.asker_point_id != point.id:
        return incoming
    outcome = _tried(desk, code, given)
    return replace(
        incoming,
        text=one_time_code.masked(incoming.text),
        new_text=one_time_code.masked(incoming.new_text),
        facts={**incoming.facts, "code": outcome.value},
    )


def _tried(desk: Desk, code: OneTimeCode, given: str) -> Entered:
    wanted = one_time_code.digits(desk.vault.key(one_time_code.KEY_PURPOSE), code.nonce)
    outcome = one_time_code.judge(
        given, wanted, is_real=code.contact_point_id is not None, tries=code.tries,
        age=now() - code.created_at,
    )  # fmt: skip
    if outcome is Entered.RIGHT:
        code.state, code.settled_at = CodeState.RIGHT.value, now()
    elif outcome is not Entered.EXPIRED:
        code.tries += 1
        code.state = CodeState.SPENT.value if outcome is Entered.SPENT else code.state
    return outcome


def put_on_record(desk: Desk, ticket_id: int) -> None:
    """A code of this ticket was right: its address is verified, and the asker is its customer.

    Safe to repeat. Two records become one by the rule that both addresses are proved.
    """
    with desk.write() as session:
        code = session.scalars(
            select(OneTimeCode)
            .where(OneTimeCode.ticket_id == ticket_id, OneTimeCode.state == CodeState.RIGHT.value)
            .order_by(OneTimeCode.id.desc())
            .limit(1)
        ).one_or_none()
        if code is None or code.contact_point_id is None:
            return
        asker, point = _held(session, code.asker_point_id, code.contact_point_id)
        point.prove(Proof.CODE)
        session.flush()
        customer, _ = identify(session, _shown(asker, point))
        session.execute(
            update(OneTimeCode)
            .where(OneTimeCode.id == code.id)
            .values(state=CodeState.PROVED.value, settled_at=now())
        )
        ticket = session.get_one(Ticket, ticket_id, with_for_update=True, populate_existing=True)
        _record(session, ticket, customer, point)


def _held(session: WriteSession, asker: int, point: int) -> tuple[ContactPoint, ContactPoint]:
    """Both addresses, held in the order in which everybody takes them."""
    rows = session.scalars(
        select(ContactPoint)
        .where(ContactPoint.id.in_((asker, point)))
        .order_by(ContactPoint.id)
        .with_for_update(key_share=True)
    )
    found = {row.id: row for row in rows}
    return found[asker], found[point]


def _shown(asker: ContactPoint, point: ContactPoint) -> InboundMessage:
    """What the code has shown: who writes from the one address reads the other."""
    proved = Address(ContactKind(point.kind), point.value, proof=Proof.CODE)
    is_visitor = asker.kind == ContactKind.VISITOR.value
    proof = Proof.CODE if asker.id == point.id else Proof.SIGNED if is_visitor else Proof.NONE
    sender = Address(ContactKind(asker.kind), asker.value, proof=proof)
    return InboundMessage(channel="", key="", text="", sender=sender, also=(proved,))


def _record(session: WriteSession, ticket: Ticket, customer: Customer, point: ContactPoint) -> None:
    actor = Actor(ActorKind.CUSTOMER, customer.id, customer.display_name)
    ticket.touch()
    audit.record(session, actor, "customer.proved", ticket=ticket, address=point.value)
    audit.changed(session, ticket)
