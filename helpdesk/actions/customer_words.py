"""The words that a customer is found by in the list, kept beside the record."""

from __future__ import annotations

from sqlalchemy import Select, delete, exists, func, insert, select

from helpdesk.actions.field_words import field_words
from helpdesk.actions.postponed import postpone
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Customer, CustomerWord, Rewording
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.search_words import search_words

BATCH = 25  # customers in one transaction
MOST = 80  # words of one customer's name, addresses and organization
MOST_OF_FIELDS = 1000  # and of the custom fields: as many as the longest Chinese text has


def index(session: WriteSession, customer: Customer) -> None:
    """Keep the words of ``customer`` anew; of one who is part of another record there are none."""
    session.flush()
    session.execute(delete(CustomerWord).where(CustomerWord.customer_id == customer.id))
    if customer.merged_into_id is None:
        of_fields = field_words(session, FieldNoun.CUSTOMER, customer.id)[:MOST_OF_FIELDS]
        words = dict.fromkeys([*_words(customer), *of_fields])
        rows = [{"word": word, "customer_id": customer.id} for word in words]
        session.execute(insert(CustomerWord), rows)


def index_later(session: WriteSession, which: Select[int]) -> None:
    """The same for all whose numbers ``which`` selects, by ``index_due``."""
    session.flush()
    postpone(session, Rewording, which)


def forget(session: WriteSession, customer_id: int) -> None:
    """Keep no word of a customer who is about to be deleted."""
    for noun in (CustomerWord, Rewording):
        session.execute(delete(noun).where(noun.customer_id == customer_id))


def _words(customer: Customer) -> list[str]:
    """The number is always one of them, so that every customer has a word."""
    points = [point.value for point in customer.contact_points if point.kind != "visitor"]
    organization = customer.organization.name if customer.organization else ""
    texts = "\n".join((customer.name, organization, *points))
    digits = ["".join(c for c in value if c.isdecimal()) for value in points if "@" not in value]
    words = [str(customer.id), *search_words(texts)[:MOST], *(d[-64:] for d in digits if d)]
    return list(dict.fromkeys(words))


def index_missing(desk: Desk) -> int:
    """Index some of those who came into the record without their words; how many they were."""
    with desk.read() as session:
        missing = session.scalars(_MISSING).all()
    if not missing:
        return 0
    with desk.write() as session:
        stands = select(Customer).where(
            Customer.id.in_(missing), Customer.merged_into_id.is_(None)
        )  # fmt: skip
        for customer in session.scalars(stands.with_for_update(of=Customer, key_share=True)):
            index(session, customer)
    return len(missing)


_MISSING = (
    select(Customer.id)
    .where(
        Customer.merged_into_id.is_(None), ~exists().where(CustomerWord.customer_id == Customer.id)
    )
    .order_by(Customer.id.desc())
    .limit(BATCH)
)


def rebuild(desk: Desk) -> int:
    """Have the words of every customer made anew by ``index_due``; how many wait for it."""
    with desk.write() as session:
        postpone(session, Rewording, select(Customer.id).where(Customer.id > 0))
        return session.scalar(select(func.count()).select_from(Rewording)) or 0


def index_due(desk: Desk) -> int:
    """Index some of those whose words have changed; how many they were this time."""
    with desk.read() as session:
        if session.scalar(select(Rewording.customer_id).limit(1)) is None:
            return 0
    with desk.write() as session:
        due = select(Rewording.customer_id).order_by(Rewording.customer_id).limit(BATCH)
        numbers = list(session.scalars(due.with_for_update(skip_locked=True)))
        for customer in session.scalars(select(Customer).where(Customer.id.in_(numbers))):
            index(session, customer)
        session.execute(delete(Rewording).where(Rewording.customer_id.in_(numbers)))
    return len(numbers)
