"""A one-time code that an agent sends to an address, and that the customer tells them.

It rides on a note in a ticket of the customer's, as the bot's codes do; the agents see that one was
sent, and never the digits.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from channels.message import Proof
from helpdesk.actions import audit, code_sending
from helpdesk.actions.bot_words import code_to_tell
from helpdesk.actions.contact_points import point_of
from helpdesk.actions.customer_record import changing
from helpdesk.actions.organizations import join_by_domain
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, NotPossible, OneTimeCode, Ticket, now
from helpdesk.models.visibility import visible_to
from helpdesk.queries import code_addresses
from helpdesk.rules import one_time_code
from helpdesk.rules.actor import Actor
from helpdesk.rules.one_time_code import MOST_TO_ADDRESS, CodeState, Entered
from helpdesk.rules.spoken_language import spoken

OF_AGENTS = -1  # no epoch of the bot: its own codes are tried in the conversation


def send_code(desk: Desk, actor: Actor, customer_id: int, point_id: int) -> None:
    """Send a code to the address. Raises ``NotPossible`` where it cannot go."""
    with changing(desk, actor, customer_id) as (session, customer):
        point = point_of(customer, point_id)
        ticket = _ticket_to_carry(session, actor, customer)
        _check(session, point)
        session.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.contact_point_id == point.id,
                OneTimeCode.epoch == OF_AGENTS,
                OneTimeCode.state == CodeState.OPEN.value,
            )
            .values(state=CodeState.REPLACED.value, settled_at=now())
        )
        code = OneTimeCode(
            ticket_id=ticket.id, epoch=OF_AGENTS, asker_point_id=point.id,
            contact_point_id=point.id, nonce=secrets.token_hex(16),
        )  # fmt: skip
        session.add(code)
        session.flush()
        locale = spoken("", customer.locale or desk.settings.locale)
        mail = code_to_tell(one_time_code.MASK, desk.settings.company, locale)
        code_sending.write(session, ticket, code, point, locale, mail, actor)
        audit.record(session, actor, "code.asked_for", ticket=ticket, is_sent=True,
                     address=point.value)  # fmt: skip
        audit.changed(session, ticket)


def _ticket_to_carry(session: WriteSession, actor: Actor, customer: Customer) -> Ticket:
    newest = (
        select(Ticket)
        .where(Ticket.customer_id == customer.id, visible_to(actor))
        .order_by(Ticket.id.desc())
        .limit(1)
        .with_for_update(of=Ticket)
    )
    ticket = session.scalars(newest).one_or_none()
    if ticket is None:
        raise NotPossible("A code is noted in a ticket, and this customer has none that you see.")
    return ticket


def _check(session: WriteSession, point: ContactPoint) -> None:
    if point.is_verified:
        raise NotPossible("%(address)s is verified already.", address=point.value)
    carrier = code_addresses.CARRIED_BY.get(point.kind)
    if carrier not in code_addresses.carriers(session):
        raise NotPossible("There is no inbox that could carry a code to %(address)s.",
                          address=point.value)  # fmt: skip
    if code_addresses.sent_lately(session, point.id) >= MOST_TO_ADDRESS:
        raise NotPossible("%(count)s codes went to %(address)s within the hour. Wait a little.",
                          count=MOST_TO_ADDRESS, address=point.value)  # fmt: skip


def enter_code(desk: Desk, actor: Actor, customer_id: int, point_id: int, given: str) -> Entered:
    """Try the digits that the customer told. Right ones verify the address."""
    with changing(desk, actor, customer_id) as (session, customer):
        point = point_of(customer, point_id)
        code = session.scalar(
            select(OneTimeCode)
            .where(
                OneTimeCode.contact_point_id == point.id,
                OneTimeCode.epoch == OF_AGENTS,
                OneTimeCode.state.in_((CodeState.OPEN.value, CodeState.SPENT.value)),
            )
            .order_by(OneTimeCode.id.desc())
            .limit(1)
            .with_for_update()
        )
        if code is None:
            raise NotPossible("No code was sent to %(address)s. Send one first.",
                              address=point.value)  # fmt: skip
        outcome = _tried(desk, code, one_time_code.entered(given) or "")
        if outcome is Entered.RIGHT:
            point.prove(Proof.CODE)
            session.flush()
            audit.record(session, actor, "customer.proved", customer_id=customer.id,
                         address=point.value)  # fmt: skip
            join_by_domain(session, customer, point)
        return outcome


def _tried(desk: Desk, code: OneTimeCode, given: str) -> Entered:
    wanted = one_time_code.digits(desk.vault.key(one_time_code.KEY_PURPOSE), code.nonce)
    outcome = one_time_code.judge(
        given, wanted, is_real=True, tries=code.tries, age=now() - code.created_at
    )
    if outcome is Entered.RIGHT:
        code.state, code.settled_at = CodeState.PROVED.value, now()
    elif outcome is not Entered.EXPIRED:
        code.tries += 1
        code.state = CodeState.SPENT.value if outcome is Entered.SPENT else code.state
    return outcome
