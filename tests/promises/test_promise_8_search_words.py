"""Promise 8 for the words of the search: they are thrown away, and made anew from the record."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from helpdesk.actions import customer_words, search_index
from helpdesk.actions.custom_fields import (
    Definition,
    add_field,
    set_customer_fields,
    set_ticket_fields,
)
from helpdesk.actions.replies import note
from helpdesk.desk import Desk
from helpdesk.models import CustomerWord, Message
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.factories import Mail, receive


def words(desk: Desk) -> tuple[list[str], list[tuple[str, int]]]:
    with desk.read() as session:
        tokens = session.scalars(select(Message.tokens).order_by(Message.id))
        of_customers = session.execute(select(CustomerWord.word, CustomerWord.customer_id))
        return list(tokens), sorted((word, number) for word, number in of_customers)


def test_promise_8_lost_search_words_are_made_anew(desk: Desk) -> None:
    for noun in FieldNoun:
        add_field(desk, SYSTEM, noun, "code", FieldKind.TEXT, Definition("Code"))
    for sender in ("Ann <ann@fjell.example>", "李明 <li@fjell.example>"):
        opened = receive(desk, Mail(sender=sender, text="我要退款"))
        note(desk, SYSTEM, opened.ticket or 0, "Call them.")
        set_ticket_fields(desk, SYSTEM, opened.ticket or 0, {"code": "雪崩气囊 7"})
        set_customer_fields(desk, SYSTEM, opened.customer or 0, {"code": "金卡"})
    before = words(desk)
    with desk.write() as session:
        session.execute(update(Message).values(tokens="nothing"))
        session.execute(delete(CustomerWord).where(CustomerWord.customer_id == opened.customer))
        session.execute(update(CustomerWord).values(word="x" + CustomerWord.word))
    assert words(desk) != before
    search_index.rebuild(desk)
    customer_words.rebuild(desk)
    while search_index.reindex_due(desk) or customer_words.index_due(desk):
        pass
    assert words(desk) == before
