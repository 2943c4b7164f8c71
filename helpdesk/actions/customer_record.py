"""What agents write on a customer's record: fields, tier, notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from helpdesk.actions import audit, customer_words, merge_values
from helpdesk.actions.search_index import reindex_customer
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Customer, CustomerNote, NotPossible, Organization
from helpdesk.models.visibility import customer_for
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.tier import Tier

LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class Fields:
    """What an agent may set. ``organization`` is a name, made where it is new; "" for none."""

    name: str
    locale: str = ""
    organization: str = ""
    preferred_channel: str = ""
    preferred_hour: int | None = None


@contextmanager
def changing(desk: Desk, actor: Actor, customer_id: int) -> Iterator[tuple[WriteSession, Customer]]:
    """The record under its row's lock, for an agent who may see it."""
    actor.must_be_staff()
    with desk.write() as session:
        yield session, customer_for(session, actor, customer_id, lock=True)


def edit(desk: Desk, actor: Actor, customer_id: int, fields: Fields) -> None:
    """Set the fields that an agent may set. Raises ``NotFound``, ``NotPossible``."""
    name = " ".join(fields.name.split())[:200]
    if fields.preferred_hour is not None and not 0 <= fields.preferred_hour < 24:
        raise NotPossible("Choose an hour of the day.")
    if fields.preferred_channel and fields.preferred_channel not in [c.name for c in desk.channels]:
        raise NotPossible("There is no such channel.")
    with changing(desk, actor, customer_id) as (session, customer):
        organization = _organization(session, actor, fields.organization)
        wanted = {
            "name": name,
            "locale": fields.locale[:20],
            "organization_id": organization.id if organization else None,
            "preferred_channel": fields.preferred_channel or None,
            "preferred_hour": fields.preferred_hour,
        }
        before = merge_values.values_of(customer)
        news = {k: v for k, v in wanted.items() if (before[k] or None) != (v or None) or v == 0}
        news = {k: v for k, v in news.items() if before[k] != v}
        if not news:
            return
        merge_values.change(session, customer, news)
        session.expire(customer, ["organization"])
        audit.record(session, actor, "customer.edited", customer_id=customer.id,
                     fields=sorted(news), was={k: before[k] for k in news})  # fmt: skip
        customer_words.index(session, customer)
        if "name" in news:
            reindex_customer(session, customer.id)


def _organization(session: WriteSession, actor: Actor, name: str) -> Organization | None:
    name = " ".join(name.split())[:200]
    if not name:
        return None
    known = session.scalar(select(Organization).where(Organization.name == name))
    if known is not None:
        return known
    made = Organization(name=name)
    session.add(made)
    session.flush()
    audit.record(session, actor, "organization.added", organization=made.id, name=name)
    return made


def set_tier(desk: Desk, actor: Actor, customer_id: int, tier: str) -> None:
    """Supervisors and admins say how much is owed beyond the usual."""
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    if tier not in {known.value for known in Tier}:
        raise NotPossible("There is no such tier.")
    with changing(desk, actor, customer_id) as (session, customer):
        was = customer.tier or ""
        if was == tier:
            return
        merge_values.change(session, customer, {"tier": tier or None})
        audit.record(session, actor, "customer.tier_set", customer_id=customer.id,
                     was=was, to=tier)  # fmt: skip


def note(desk: Desk, actor: Actor, customer_id: int, text: str) -> int:
    """Write down something about the customer; the number of the note."""
    text = text.strip()[:LONGEST_NOTE]
    if not text:
        raise NotPossible("Write the note first.")
    with changing(desk, actor, customer_id) as (session, customer):
        made = CustomerNote(
            customer_id=customer.id, author_id=actor.id, author_name=actor.name, text=text
        )
        session.add(made)
        session.flush()
        audit.record(session, actor, "customer.noted", customer_id=customer.id, note=made.id)
        return made.id
