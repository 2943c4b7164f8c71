"""What stands in custom fields is found: tickets and customers, over both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from helpdesk.actions import customer_words, search_index
from helpdesk.actions.custom_fields import (
    Definition,
    add_field,
    change_field,
    set_customer_fields,
    set_ticket_fields,
)
from helpdesk.actions.customer_records import add_address, change_customer
from helpdesk.actions.field_choices import rename_choice
from helpdesk.actions.replies import note
from helpdesk.actions.ticket_merging import merge
from helpdesk.actions.ticket_parting import unmerge
from helpdesk.actions.tickets import set_subject
from helpdesk.actions.views import save
from helpdesk.desk import Desk
from helpdesk.models import Message, NotPossible, Reindexing, SavedView
from helpdesk.models.visibility import NotFound
from helpdesk.queries.customer_list import Wanted, customer_list
from helpdesk.queries.search import search
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.rules.ticket_filter import read
from tests.factories import Mail, receive

TICKET, CUSTOMER = FieldNoun.TICKET, FieldNoun.CUSTOMER


def field(desk: Desk, key: str, kind: str = "text", noun: FieldNoun = TICKET, *choices: str) -> int:
    return add_field(desk, SYSTEM, noun, key, FieldKind(kind), Definition(key, choices=choices))


def tickets(desk: Desk, words: str) -> list[int]:
    with desk.read() as session:
        return [row.id for row in search(session, SYSTEM, words).rows]


def customers(desk: Desk, words: str) -> list[int]:
    with desk.read() as session:
        return [row.id for row in customer_list(session, SYSTEM, Wanted(q=words)).rows]


def catch_up(desk: Desk) -> None:
    """What the rounds do."""
    while search_index.reindex_due(desk) or customer_words.index_due(desk):
        pass


def opened(desk: Desk, **mail: str) -> tuple[int, int]:
    found = receive(desk, Mail(**mail))
    return found.ticket or 0, found.customer or 0


def test_a_ticket_is_found_by_its_texts_and_choices_in_english_and_chinese(desk: Desk) -> None:
    field(desk, "serial")
    field(desk, "colour", "choice", TICKET, "Moss green", "橘紅色")
    field(desk, "amount", "number")
    ticket, _ = opened(desk)
    set_ticket_fields(
        desk, SYSTEM, ticket, {"serial": "TF-4711 雪崩气囊", "colour": "橘紅色", "amount": "98765"}
    )
    for words in ("tf-4711", "TF4711", "雪崩", "雪崩氣囊", "橘红色", "pole 气囊 4711"):
        assert tickets(desk, words) == [ticket], words
    assert tickets(desk, "98765") == [], "numbers are filtered, not searched"
    note(desk, SYSTEM, ticket, "Call them.")
    assert tickets(desk, "call 雪崩") == [ticket], "whichever message says which"
    set_ticket_fields(desk, SYSTEM, ticket, {"colour": "moss GREEN", "serial": ""})
    assert tickets(desk, "moss green") == [ticket]
    assert tickets(desk, "橘红色") == tickets(desk, "4711") == []
    set_subject(desk, SYSTEM, ticket, "Other")
    assert tickets(desk, "other moss") == [ticket]


def test_a_customer_is_found_by_their_texts_and_choices(desk: Desk) -> None:
    field(desk, "contract", noun=CUSTOMER)
    field(desk, "club", "choice", CUSTOMER, "Gold", "金卡会员")
    ticket, customer = opened(desk)
    set_customer_fields(desk, SYSTEM, customer, {"contract": "K-2077 華山", "club": "金卡会员"})
    for words in ("k-2077", "2077", "华山", "金卡", "ann gold", "ann 金卡会员"):
        assert customers(desk, words) == ([customer] if "gold" not in words else []), words
    assert tickets(desk, "2077") == [], "a customer's fields are the customer's"
    long = "山" * 200 + "谷" * 299
    set_customer_fields(desk, SYSTEM, customer, {"contract": long + "溪", "club": "Gold"})
    assert customers(desk, "谷溪") == customers(desk, "gold") == [customer]
    assert customers(desk, "ann@fjell.example") == [customer]
    assert customers(desk, "华山") == customers(desk, "金卡") == []
    assert ticket


def test_a_customer_is_found_by_what_a_program_changes(desk: Desk) -> None:
    _, customer = opened(desk)
    change_customer(desk, SYSTEM, customer, {"name": "Zoë Bly"})
    add_address(desk, SYSTEM, customer, "phone", "+44 20 7946 0958")
    assert customers(desk, "bly") == customers(desk, "442079460958") == [customer]


def test_a_renamed_choice_goes_wherever_it_was_chosen(desk: Desk) -> None:
    number = field(desk, "size", "choice", TICKET, "M", "L")
    club = field(desk, "club", "choice", CUSTOMER, "Silver", "Gold")
    ticket, customer = opened(desk)
    other, _ = opened(desk, sender="bo@dal.example")
    set_ticket_fields(desk, SYSTEM, ticket, {"size": "M"})
    set_ticket_fields(desk, SYSTEM, other, {"size": "L"})
    set_customer_fields(desk, SYSTEM, customer, {"club": "Silver"})
    view = save(desk, SYSTEM, "Mediums", "field.size=M&field.size=not:L&status=open", shared=True)
    rename_choice(desk, SYSTEM, number, "M", "Médium 中号")
    rename_choice(desk, SYSTEM, club, "Silver", "银卡")
    catch_up(desk)
    assert tickets(desk, "medium") == tickets(desk, "中號") == [ticket]
    assert customers(desk, "银卡") == [customer]
    assert customers(desk, "silver") == []
    with desk.read() as session:
        query = session.get_one(SavedView, view).query
        shown = ticket_list(session, SYSTEM, view_named("all", SYSTEM).narrowed(read(query))).rows
    assert [row.id for row in shown] == [ticket]


def test_a_choice_is_renamed_to_a_name_of_its_own_only(desk: Desk) -> None:
    number = field(desk, "size", "choice", TICKET, "M", "L")
    for becomes in ("", " ", "l"):
        with pytest.raises(NotPossible):
            rename_choice(desk, SYSTEM, number, "M", becomes)
    with pytest.raises(NotFound):
        rename_choice(desk, SYSTEM, number, "XL", "XXL")
    rename_choice(desk, SYSTEM, number, "M", "m")


def test_a_field_that_is_no_longer_used_is_not_searched_until_it_is_again(desk: Desk) -> None:
    numbers = [field(desk, "code"), field(desk, "code", noun=CUSTOMER)]
    ticket, customer = opened(desk)
    set_ticket_fields(desk, SYSTEM, ticket, {"code": "zirbe"})
    set_customer_fields(desk, SYSTEM, customer, {"code": "zirbe"})
    for active in (False, True):
        for number in numbers:
            change_field(desk, SYSTEM, number, Definition("code", active=active))
        catch_up(desk)
        assert tickets(desk, "zirbe") == ([ticket] if active else [])
        assert customers(desk, "zirbe") == ([customer] if active else [])


def test_a_merged_ticket_is_found_by_both_and_parts_with_its_own(desk: Desk) -> None:
    field(desk, "code")
    (one, _), (two, _) = opened(desk), opened(desk)
    for ticket, code in ((one, "zirbe"), (two, "lärche")):
        set_ticket_fields(desk, SYSTEM, ticket, {"code": code})
    before = tokens(desk, one)
    merge(desk, SYSTEM, one, two)
    assert tickets(desk, "zirbe larche") == [two]
    set_ticket_fields(desk, SYSTEM, two, {"code": "fichte"})
    assert tickets(desk, "fichte") == [two]
    unmerge(desk, SYSTEM, one)
    assert tickets(desk, "zirbe") == [one]
    assert tickets(desk, "fichte") == [two]
    assert tokens(desk, one) == before


def tokens(desk: Desk, ticket: int) -> list[str]:
    with desk.read() as session:
        return list(session.scalars(select(Message.tokens).where(Message.ticket_id == ticket)))


def test_a_long_transcript_is_indexed_by_the_round(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "AT_ONCE", 1)
    field(desk, "code")
    ticket, _ = opened(desk)
    note(desk, SYSTEM, ticket, "Two.")
    set_ticket_fields(desk, SYSTEM, ticket, {"code": "zirbe"})
    assert tickets(desk, "zirbe") == []
    with desk.read() as session:
        assert session.scalar(select(func.count()).select_from(Reindexing)) == 1
    catch_up(desk)
    assert tickets(desk, "zirbe two") == [ticket]
