"""Filters in the address, views that are kept, and what the queue shows of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpdesk.actions import customer_words
from helpdesk.actions.custom_fields import Definition, add_field, set_ticket_fields
from helpdesk.desk import Desk
from helpdesk.models import Customer, Ticket, now
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.factories import Mail, receive
from tests.web.conftest import Visit


def shown(visit: Visit, address: str) -> set[str]:
    page = visit.get(address).text
    return set(re.findall(r'class="subject cut"[^>]*>(\w+)<', page))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("view=open", {"plain", "urgent", "tagged"}),
        ("view=all", {"plain", "urgent", "tagged", "done"}),
        ("view=open&priority=urgent&priority=high", {"urgent"}),
        ("view=open&assignee=none", {"plain", "urgent"}),
        ("view=open&assignee=me", {"tagged"}),
        ("view=open&tag=Refund", {"tagged"}),
        ("view=open&status=resolved", {"done"}),
        ("view=all&status=resolved&status=open&assignee=none", {"plain", "urgent", "done"}),
        ("view=all&channel=sms", set()),
        ("view=all&channel=email&inbox=1&unread=1", {"plain", "urgent", "tagged"}),
        ("view=open&waiting=1h", set()),
        ("view=open&waiting=1h&tag=refund", set()),
        ("view=mine&status=open", {"tagged"}),
        ("view=open&language=zh", set()),
        ("view=all&customer=999", set()),
        ("view=all&owner=people&team=none&sort=newest&status=open", {"plain", "urgent", "tagged"}),
    ],
)
def test_any_combination_in_the_address(
    as_mei: Visit, queue: dict[str, int], query: str, wanted: set[str]
) -> None:
    assert shown(as_mei, f"/tickets?{query}") == wanted


def test_the_order_is_by_waiting_or_the_newest_first(
    as_mei: Visit, desk: Desk, queue: dict[str, int]
) -> None:
    with desk.write() as session:
        for minutes, name in ((30, "urgent"), (20, "tagged"), (10, "plain")):
            session.get_one(Ticket, queue[name]).queue_at = now() - timedelta(minutes=minutes)

    def listed(query: str) -> list[str]:
        page = as_mei.get(f"/tickets?{query}").text
        return re.findall(r'class="subject cut"[^>]*>(\w+)<', page)

    assert listed("view=open") == ["urgent", "tagged", "plain"]
    assert listed("view=open&sort=newest") == ["plain", "tagged", "urgent"]
    assert listed("view=open&sort=newest&assignee=none") == ["plain", "urgent"]
    as_mei.post("/views", name="Fresh", query="sort=newest&status=open")
    assert listed("view=saved/1") == ["plain", "tagged", "urgent"]
    first = as_mei.get("/tickets?view=open&sort=newest&size=2").text
    after = re.search(r"after=([\d-]+)", first)
    assert after
    assert listed(f"view=open&sort=newest&size=2&after={after[1]}") == ["urgent"]


def test_a_slip_in_the_address_is_told(as_mei: Visit, ticket: int) -> None:
    answer = as_mei.get("/tickets?view=open&status=opne")
    assert answer.status_code == 400
    assert "“opne” is no status" in answer.text
    assert as_mei.get(f"/tickets/{ticket}?status=opne").status_code == 200
    assert as_mei.get("/tickets?view=saved/9").status_code == 404
    assert as_mei.get(f"/tickets/{ticket}?view=saved/9").status_code == 200


def test_a_custom_field_is_a_filter(desk: Desk, as_mei: Visit, queue: dict[str, int]) -> None:
    add_field(desk, SYSTEM, FieldNoun.TICKET, "amount", FieldKind.NUMBER, Definition("Amount"))
    set_ticket_fields(desk, SYSTEM, queue["plain"], {"amount": "12"})
    address = "/tickets?view=open&field.amount=from:10"
    assert shown(as_mei, address) == {"plain"}
    assert "Amount: from 10" in as_mei.get(address).text
    form = as_mei.get("/views/filter?view=open&field.amount=from:10").text
    assert 'name="field.amount" value="from:10"' in form
    for slip in ("field.amount=many", "field.nothing=1"):
        assert as_mei.get(f"/tickets?view=open&{slip}").status_code == 400
        assert as_mei.get(f"/tickets/{queue['plain']}?view=open&{slip}").status_code == 200


def test_a_view_is_kept_counted_and_removed(as_mei: Visit, queue: dict[str, int]) -> None:
    as_mei.post("/views", name="Refunds", query="?view=open&tag=refund&status=open")
    page = as_mei.get("/tickets?view=saved/1").text
    assert shown(as_mei, "/tickets?view=saved/1") == {"tagged"}
    assert re.search(r'>Refunds</span><span class="n">1</span>', page)
    assert shown(as_mei, "/tickets?view=saved/1&status=open") == {"plain", "urgent", "tagged"}
    form = as_mei.get("/views/filter?view=saved/1", fragment=True).text
    assert 'value="open" checked' in form
    assert 'value="refund"' in form
    as_mei.post("/views/1/removal")
    assert "Refunds" not in as_mei.get("/tickets").text


def test_the_view_of_another_is_not_there(
    as_mei: Visit, as_lawyer: Visit, queue: dict[str, int]
) -> None:
    as_mei.post("/views", name="Refunds", query="tag=refund")
    assert as_lawyer.get("/tickets?view=saved/1").status_code == 404
    assert "Refunds" not in as_lawyer.get("/tickets").text
    assert as_lawyer.post("/views/1/removal").status_code == 404


def test_many_views_hide_no_other_one(as_mei: Visit, as_supervisor: Visit, ticket: int) -> None:
    for n in range(13):
        as_mei.post("/views", name=f"Mine {n:02}", query="tag=refund")
    as_supervisor.post("/views", name="Of everybody", query="status=open", shared="1")
    page = as_mei.get("/tickets").text
    side = page.partition('id="saved-views"')[2].partition("</ul>")[0]
    menu = page.partition('id="every-view"')[2].partition("</div></div>")[0]
    assert len(re.findall(r'href="[^"]*view=saved/', side)) == 12
    assert re.search(r'>Of everybody</span><span class="n">1</span>', side)
    assert [f"Mine {n:02}" in menu for n in range(13)] == [True] * 13
    assert "Of everybody" in menu
    assert 'class="view" type="button" popovertarget="all-views"' in page
    assert 'class="view phone-only" type="button" popovertarget="all-views"' in (
        as_supervisor.get("/tickets").text
    )


def test_saved_replies_are_filled_in(as_mei: Visit, ticket: int) -> None:
    text = "Dear {{customer.name}}, about #{{ticket.number}}: {{customer.email}}"
    as_mei.post("/saved-replies", name="Hello", text=text)
    filled = as_mei.get(f"/tickets/{ticket}/saved-replies", fragment=True).text
    assert f"Dear Ann, about #{ticket}: ann@fjell.example" in filled
    assert "Hello" in as_mei.get("/saved-replies").text


def test_a_saved_reply_is_edited_whole(as_mei: Visit, as_lawyer: Visit, ticket: int) -> None:
    long = "A line.\n" * 100
    as_mei.post("/saved-replies", name="Hello", text=long)
    as_mei.post("/saved-replies", name="Bye", text="Goodbye")
    assert long.strip() in as_mei.get("/saved-replies").text
    assert as_mei.post("/saved-replies/1", name="Bye", text=long).status_code == 409
    as_mei.post(
        "/saved-replies/1", name="Good day", text="Good day, {{customer.name}}", locale="en"
    )
    filled = as_mei.get(f"/tickets/{ticket}/saved-replies", fragment=True).text
    assert "Good day, Ann" in filled
    assert "A line." not in filled
    assert "Hello" not in filled
    assert as_lawyer.post("/saved-replies/1", name="Mine", text="x").status_code == 404
    assert as_mei.post("/saved-replies/99", name="Mine", text="x").status_code == 404


def test_a_macro_is_edited(as_supervisor: Visit, as_mei: Visit) -> None:
    as_supervisor.post("/macros", name="Refunded", status="resolved", add_tags="refund, paid",
                       reply="Your money is on its way.")  # fmt: skip
    as_supervisor.post("/macros", name="Other", status="open")
    page = as_supervisor.get("/saved-replies").text
    assert 'value="refund, paid"' in page
    assert '<option value="resolved" selected>' in page
    assert as_supervisor.post("/macros/1", name="Other", status="open").status_code == 409
    as_supervisor.post("/macros/1", name="Paid back", status="closed", add_tags="paid")
    page = as_supervisor.get("/saved-replies").text
    assert "Paid back" in page
    assert "Refunded" not in page
    assert "Your money" not in page
    assert as_mei.post("/macros/1", name="Mine", status="open").status_code == 403
    assert as_supervisor.post("/macros/99", name="Mine", status="open").status_code == 404


def test_a_macro_is_used_on_several_tickets_and_on_one(
    as_supervisor: Visit, as_mei: Visit, desk: Desk, mei: Actor, queue: dict[str, int]
) -> None:
    as_supervisor.post("/macros", name="Recall", add_tags="recall", priority="high",
                       assignee="me", note="Ask the works.")  # fmt: skip
    offered = as_mei.get("/changes/choices", fragment=True).text
    assert re.search(r'name="macro" value="1"[^>]*>.*Recall</button>', offered)
    several = [queue["plain"], queue["urgent"]]
    told = as_mei.post("/changes", fragment=True, tickets=several, macro="1").text
    assert ("2 tickets changed." in told, 'data-kind="good"' in told) == (True, True)
    one = as_mei.post(
        f"/tickets/{queue['tagged']}/macros?after=0&event=0", fragment=True, macro="1"
    )
    assert "Ask the works." in one.text
    with desk.read() as session:
        for number in (*several, queue["tagged"]):
            row = session.get_one(Ticket, number)
            assert (row.priority, row.assignee_id) == ("high", mei.id)
            assert "recall" in [tag.name for tag in row.tags]
        assert session.get_one(Ticket, queue["done"]).priority == "normal"
    assert as_mei.post("/changes", fragment=True, tickets=several, macro="9").status_code == 404


def test_the_palette_finds_customers_as_their_list_does(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    receive(desk, Mail(sender="李明 <li@fjell.example>"))
    with desk.write() as session:
        lone = Customer(name="Čeněk Dvořák")  # nobody has written for this one yet
        session.add(lone)
        session.flush()
        number = lone.id
    customer_words.index_missing(desk)
    for words, told in (("明", "李明"), ("dvo", "Čeněk"), ("cenek", "Čeněk"), ("ann@f", "Ann")):
        assert told in as_mei.get(f"/palette?q={words}").text, words
    assert f"/customers/{number}" in as_mei.get("/palette?q=cenek").text


def test_tags_are_offered_as_they_are_typed(as_mei: Visit, queue: dict[str, int]) -> None:
    tickets_with = ["fund", "no refund", "100%", "tent"]
    as_mei.post(f"/tickets/{queue['plain']}/tags", tags=",".join(tickets_with))

    def offered(words: str) -> list[str]:
        return re.findall(r'data-tag="([^"]*)"', as_mei.get(f"/tags?q={words}").text)

    assert offered("FUND") == ["fund", "no refund", "refund"]
    assert offered("re") == ["refund", "no refund"]
    assert offered("%25") == ["100%"]
    assert offered("") == offered("xyz") == []


def test_the_next_one_due_goes_round(as_mei: Visit, desk: Desk, queue: dict[str, int]) -> None:
    def after(ticket: int) -> int:
        place = as_mei.get(f"/tickets/next-due?from={ticket}&view=mine").headers["Location"]
        assert place.endswith("?view=mine")
        return int(place.removeprefix("/tickets/").removesuffix("?view=mine"))

    with desk.write() as session:
        for n, name in enumerate(("tagged", "plain", "urgent")):
            session.get_one(Ticket, queue[name]).due_at = now() + timedelta(hours=n + 1)
    assert [after(0), after(queue["tagged"]), after(queue["plain"])] == [
        queue["tagged"], queue["plain"], queue["urgent"],
    ]  # fmt: skip
    assert after(queue["urgent"]) == after(queue["done"]) == queue["tagged"]


def test_columns_make_a_table_and_are_kept_with_a_view(
    as_mei: Visit, queue: dict[str, int]
) -> None:
    page = as_mei.get("/tickets?view=open&tag=refund&columns=subject,customer,status").text
    assert re.findall(r'<th scope="col">([^<]+)<', page) == ["Subject", "Customer", "Status"]
    assert len(re.findall(r'<tr id="row_', page)) == 1
    assert f"/tickets/{queue['tagged']}?view=open&amp;tag=refund&amp;columns=subject" in page
    kept = as_mei.post("/views", name="Refunds", query="?tag=refund", columns="subject,due")
    address = kept.headers["Location"]
    assert re.findall(r'<th scope="col">([^<]+)<', as_mei.get(address).text) == ["Subject", "Due"]
    assert "queue-table" not in as_mei.get(f"{address}&columns=").text
    assert "queue-table" not in as_mei.get(f"/tickets/{queue['tagged']}?columns=subject").text
    assert "queue-table" not in as_mei.get(f"{address}&rows").text
    slip = as_mei.get("/tickets?view=open&columns=colour")
    assert slip.status_code == 400
    assert "“colour” is no column" in slip.text


def test_a_table_goes_on_where_it_ended(as_mei: Visit, queue: dict[str, int]) -> None:
    found: list[str] = []
    address = "/tickets?view=all&columns=subject&size=3"
    page = as_mei.get(address).text
    found += re.findall(r'<tr id="row_(\d+)"', page)
    after = re.search(r"after=([\d-]+)", page)
    assert after
    found += re.findall(r'<tr id="row_(\d+)"', as_mei.get(f"{address}&after={after[1]}").text)
    assert sorted(found) == sorted(str(number) for number in queue.values())
