"""The pages of the customers: who sees and does what, and what a person gets done there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from channels.message import Proof
from helpdesk.actions import (
    agents,
    code_sending,
    customer_codes,
    customer_words,
    duplicates,
    pools,
    stages,
)
from helpdesk.actions.custom_fields import Definition, add_field, set_customer_fields
from helpdesk.actions.upserts import upsert
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Customer,
    CustomerMerge,
    Delivery,
    HelpVisit,
    MergeSuggestion,
    Message,
    Money,
    NotPossible,
    OneTimeCode,
    Order,
    Organization,
    Question,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    Team,
    Ticket,
    now,
)
from helpdesk.models.visibility import NotFound
from helpdesk.queries import customer_list, organization_page
from helpdesk.queries.customer_timeline import KINDS, OF_THE_RECORD, Entry
from helpdesk.rules import one_time_code
from helpdesk.rules.actor import SYSTEM, Actor, NotAllowed, Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.web.customer_terms import happened
from tests.factories import Mail, make_agent, receive
from tests.web.conftest import Visit

CHANGES = {
    "{one}/fields": {"name": "Ann"},
    "{one}/tier": {"tier": "vip"},
    "{one}/stage": {"stage": "lapsed", "reason": "Moved away"},
    "{one}/notes": {"text": "Hello"},
    "{one}/addresses": {"kind": "email", "value": "new@fjell.example"},
    "{one}/addresses/1/removal": {},
    "{one}/addresses/1/preference": {},
    "{one}/addresses/1/codes": {},
    "{one}/addresses/1/proof": {"code": "123456"},
    "{one}/merges": {"with": "1", "reason": "x"},
    "{one}/merges/1/undoing": {},
    "{one}/holder": {},
    "{one}/pool": {"pool": ""},
}
OTHERS = {
    "pools": {"team": "1", "cap": "3"},
    "duplicates/1": {"answer": "dismissed"},
    "organizations/1": {"name": "Fjell"},
}
OF_SUPERVISORS = ("{one}/tier", "{one}/pool", "pools")


@pytest.fixture
def ann(desk: Desk) -> int:
    return receive(desk, Mail(sender="Ann Lee <ann@fjell.example>")).customer or 0


@pytest.fixture
def secret(desk: Desk, secret_ticket: int) -> int:
    """A customer all of whose tickets a private team has."""
    with desk.write() as session:
        ticket = session.get_one(Ticket, secret_ticket)
        customer = Customer(name="Quill Xylander")
        session.add(customer)
        session.flush()
        ticket.customer = customer
        customer_words.index(session, customer)
        return customer.id


@pytest.fixture
def boss(desk: Desk) -> Actor:
    return make_agent(desk, "Ruth Boss", Role.SUPERVISOR, ("Orders",))


@pytest.fixture
def as_boss(app: Flask, boss: Actor) -> Visit:
    return Visit(app.test_client()).enter(boss)


def team(desk: Desk, name: str) -> int:
    with desk.read() as session:
        return session.scalars(select(Team.id).where(Team.name == name)).one()


# Rights


def test_the_list_of_changes_is_whole(app: Flask) -> None:
    plain = {
        re.sub(r"<[^>]+>", "<>", rule.rule.removeprefix("/customers/"))
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("customer")
    }
    known = {path.replace("{one}", "<>").replace("/1", "/<>") for path in (*CHANGES, *OTHERS)}
    assert plain == known


def test_no_change_without_a_login_or_the_token(stranger: Visit, as_mei: Visit, ann: int) -> None:
    stranger.get("/login")
    as_mei.token = "forged"
    for path, fields in {**CHANGES, **OTHERS}.items():
        address = f"/customers/{path.format(one=ann)}"
        assert stranger.post(address, **fields).status_code == 401, path
        assert as_mei.post(address, **fields).status_code == 400, path


def test_agents_do_not_set_tiers_or_bounds(as_mei: Visit, desk: Desk, ann: int) -> None:
    for path in OF_SUPERVISORS:
        fields = {**CHANGES, **OTHERS}[path]
        answer = as_mei.post(f"/customers/{path.format(one=ann)}", **fields)
        assert answer.status_code == 403, path
    with desk.read() as session:
        assert session.get_one(Customer, ann).tier is None


def test_promise_6_a_customer_of_hidden_tickets_alone_is_not_there(
    as_mei: Visit, as_lawyer: Visit, secret: int
) -> None:
    for path in (f"/customers/{secret}", f"/customers/{secret}/merge?with={secret}"):
        assert as_mei.get(path).status_code == 404
    assert as_lawyer.get(f"/customers/{secret}").status_code == 200
    for query in ("", "?q=xylander", f"?q={secret}"):
        assert "Xylander" not in as_mei.get(f"/customers{query}").text
        assert "Xylander" in as_lawyer.get(f"/customers{query}").text


def test_promise_6_no_change_to_a_customer_of_hidden_tickets(
    as_mei: Visit, as_boss: Visit, secret: int
) -> None:
    for path, fields in CHANGES.items():
        visit = as_boss if path in OF_SUPERVISORS else as_mei
        answer = visit.post(f"/customers/{path.format(one=secret)}", **fields)
        assert answer.status_code == 404, path
        assert "Xylander" not in answer.text


def test_promise_6_the_timeline_leaves_hidden_tickets_out(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, ticket: int, secret_ticket: int
) -> None:
    with desk.read() as session:
        ann = session.get_one(Ticket, ticket).customer_id
        assert session.get_one(Ticket, secret_ticket).customer_id == ann
    for kind in ("", "?kind=messages"):
        assert "xylophone" not in as_mei.get(f"/customers/{ann}{kind}").text
        assert "Notice of claim" not in as_mei.get(f"/customers/{ann}{kind}").text
        assert "xylophone" in as_lawyer.get(f"/customers/{ann}{kind}").text


def test_promise_6_duplicates_and_organizations_tell_nothing_of_hidden_customers(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, secret: int, ann: int
) -> None:
    with desk.write() as session:
        company = Organization(name="Fjell AS")
        session.add_all((company, MergeSuggestion(customer_id=ann, other_id=secret, evidence="?")))
        session.flush()
        session.execute(update(Customer).values(organization_id=company.id))
        number = company.id
    for path in ("duplicates", f"organizations/{number}", str(ann)):
        assert "Xylander" not in as_mei.get(f"/customers/{path}").text, path
        assert "Xylander" in as_lawyer.get(f"/customers/{path}").text, path
    with desk.read() as session:
        asked = session.query(MergeSuggestion).one().id
    for answer in ("accepted", "dismissed"):
        refused = as_mei.post(f"/customers/duplicates/{asked}", answer=answer)
        assert refused.status_code == 404


def test_a_ticket_leads_to_its_customer_and_asks_about_doubles(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, ticket: int, secret: int
) -> None:
    with desk.write() as session:
        one = session.get_one(Ticket, ticket).customer_id
        session.add(MergeSuggestion(customer_id=one, other_id=secret, evidence="Alike"))
    assert f'href="/customers/{one}"' in as_mei.get(f"/tickets/{ticket}").text
    assert "Xylander" not in as_mei.get(f"/tickets/{ticket}").text
    assert "Xylander" in as_lawyer.get(f"/tickets/{ticket}").text


# The record


def test_an_agent_edits_notes_and_finds_a_customer(as_mei: Visit, ann: int) -> None:
    as_mei.post(f"/customers/{ann}/fields", name="Ann Lee-Berg", organization="Fjell AS",
                channel="email", hour="16")  # fmt: skip
    as_mei.post(f"/customers/{ann}/notes", text="Call after <b>four</b>")
    page = as_mei.get(f"/customers/{ann}").text
    for words in ("Ann Lee-Berg", "Fjell AS", "16:00–20:00", "Call after &lt;b&gt;four"):
        assert words in page
    for query in ("berg", "fje", "ann@fjell", str(ann), "lee ann"):
        assert "Ann Lee-Berg" in as_mei.get(f"/customers?q={query}").text, query
    assert "No customer matches" in as_mei.get("/customers?q=zz").text


@pytest.fixture
def with_fields(desk: Desk) -> dict[str, int]:
    """Customers by name who differ in what stands in their fields."""
    for key, kind in (("plan", FieldKind.CHOICE), ("seats", FieldKind.NUMBER)):
        chosen = ("Gold", "Plain") if kind is FieldKind.CHOICE else ()
        add_field(desk, SYSTEM, FieldNoun.CUSTOMER, key, kind, Definition(key, choices=chosen))
    made = {}
    for name, values in (
        ("Cy Vance", {"plan": "Gold", "seats": "5"}),
        ("Di Vole", {"plan": "Plain", "seats": "50"}),
        ("Ed Voss", {}),
    ):
        one = {"name": [name], "external_id": [name]}
        made[name] = upsert(desk, SYSTEM, "customers", one).id
        set_customer_fields(desk, SYSTEM, made[name], values)
    customer_words.index_missing(desk)
    return made


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("field.plan=gold", {"Cy Vance"}),
        ("field.plan=Gold&field.plan=Plain", {"Cy Vance", "Di Vole"}),
        ("field.seats=from:5&field.seats=to:49", {"Cy Vance"}),
        ("field.plan=none:", {"Ed Voss"}),
        ("field.seats=any:&q=vo", {"Di Vole"}),
        ("field.plan=&field.seats=", {"Cy Vance", "Di Vole", "Ed Voss"}),
    ],
)
def test_customers_are_found_by_their_fields_and_exported_so(
    as_boss: Visit, with_fields: dict[str, int], query: str, wanted: set[str]
) -> None:
    page = as_boss.get(f"/customers?{query}").text
    assert {name for name in with_fields if name in page} == wanted
    action = re.search(r'action="(/exports/customers[^"]*)"', page)
    assert action is not None
    file = as_boss.post(unescape(action[1])).text
    assert {name for name in with_fields if name in file} == wanted


def test_the_form_shows_which_fields_were_asked_for_and_pages_keep_them(
    as_mei: Visit, desk: Desk, with_fields: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_list, "PAGE", 1)
    page = as_mei.get("/customers?field.seats=from:5").text
    assert 'name="field.seats" value="from:5"' in page
    assert '<select class="input" name="field.plan">' in page
    more = re.search(r'href="(/customers[^"]*after=[^"]*)"', page)
    assert more is not None
    assert "Di Vole" in page
    rest = as_mei.get(unescape(more[1])).text
    assert ("Cy Vance" in rest, "Ed Voss" in rest, "after=" in rest) == (True, False, False)


@pytest.mark.parametrize(
    ("query", "said"),
    [("field.nothing=1", "There is no field nothing."), ("field.seats=many", "is not a number")],
)
def test_a_field_that_is_not_there_or_cannot_hold_that_is_told(
    as_boss: Visit, with_fields: dict[str, int], query: str, said: str
) -> None:
    for answer in (as_boss.get(f"/customers?{query}"), as_boss.post(f"/exports/customers?{query}")):
        assert answer.status_code == 400
        assert said in answer.text


def test_the_tickets_of_an_organization_go_on_where_the_page_ended(
    as_mei: Visit, desk: Desk, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organization_page, "TICKETS", 2)
    as_mei.post(f"/customers/{ann}/fields", name="Ann", organization="Fjell AS")
    numbers = [receive(desk, Mail(sender="ann@fjell.example")).ticket for _ in range(4)]
    seen, path = [], "/customers/organizations/1?after=999"
    while path:
        page = as_mei.get(path).text
        assert ">Ann<" in page
        seen.append(
            [int(number) for number in re.findall(r'class="past" href="/tickets/(\d+)', page)]
        )
        more = re.search(r'href="(/customers/organizations/1\?[^"]*before=\d+)"', page)
        path = unescape(more[1]) if more else ""
    assert [len(part) for part in seen] == [2, 2, 1]
    every = [number for part in seen for number in part]
    assert every[:4] == numbers[::-1]
    assert every == sorted(set(every), reverse=True)


def test_the_timeline_goes_on_earlier_without_a_gap_or_a_double(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    same = datetime(2026, 11, 1, tzinfo=UTC)
    with desk.write() as session:
        session.add_all(
            Order(
                external_id=f"N-{n}", customer_id=ann, placed_at=same if n % 2 else same -
                timedelta(n), total=Money(Decimal(n), "GBP"), state="placed",
            )
            for n in range(75)
        )  # fmt: skip
    seen: list[str] = []
    path = f"/customers/{ann}?kind=orders"
    while path:
        page = as_mei.get(path).text
        seen += re.findall(r">(N-\d+)<", page)
        found = re.search(r'href="([^"]+before=[^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == 75
    assert len(set(seen)) == 75


def test_the_timeline_tells_of_every_kind(
    as_mei: Visit, desk: Desk, ticket: int, mei: Actor
) -> None:
    """Messages, calls, orders, help articles, surveys, notes, stages and changes."""
    with desk.write() as session:
        one = session.get_one(Ticket, ticket)
        ann, inbox = one.customer_id, one.inbox_id
        session.add_all((
            Message(ticket_id=ticket, seq=90, version=90, direction="inbound", channel="phone",
                    author_kind="customer", text="A voice", sent_at=now()),
            Order(external_id="N-1", customer_id=ann, placed_at=now(), state="placed",
                  total=Money(Decimal(1), "GBP")),
            Question(text="Broken pole?", lang="en", place="help",
                     outcome="offer", clicked="poles", ticket_id=ticket),
            HelpVisit(key="v", lang="en", articles_opened=2, ticket_id=ticket),
        ))  # fmt: skip
        survey = Survey(kind="csat")
        session.add(survey)
        session.flush()
        asked = {
            "survey_id": survey.id, "kind": "csat", "customer_id": ann, "channel": "email",
            "nonce": "n", "sent_at": now(),
        }  # fmt: skip
        other = Ticket(subject="Other", customer_id=ann, inbox_id=inbox, status="resolved")
        session.add(other)
        session.flush()
        session.add(SurveyInvitation(ticket_id=other.id, **asked))
        session.add(SurveyInvitation(
            ticket_id=ticket, answer=SurveyAnswer(score=2, comment="Slow"), **asked
        ))  # fmt: skip
    as_mei.post(f"/customers/{ann}/notes", text="A paper note")
    as_mei.post(f"/customers/{ann}/stage", stage="lapsed", reason="Moved away")
    as_mei.post(f"/customers/{ann}/fields", name="Ann Berg")
    told = {
        "messages": ["The tent pole snapped."], "calls": ["A voice"], "orders": ["N-1"],
        "articles": ["Broken pole?", "2 articles opened"],
        "surveys": ["2 of 5", "Slow", "Was asked how it went"], "notes": ["A paper note"],
        "stages": ["Moved away"], "changes": ["changed the record"],
    }  # fmt: skip
    assert set(told) == set(KINDS)
    whole = _line(as_mei.get(f"/customers/{ann}").text)
    for kind, words in told.items():
        page = _line(as_mei.get(f"/customers/{ann}?kind={kind}").text)
        others = [each for key, some in told.items() if key != kind for each in some]
        assert [each for each in words if page.count(each) != 1] == [], kind
        assert [each for each in others if each in page] == [], kind
        assert [each for each in words if whole.count(each) != 1] == [], kind


def test_the_timeline_tells_of_the_stages_of_a_merged_record(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    bo = receive(desk, Mail(sender="bo@fjell.example")).customer or 0
    as_mei.post(f"/customers/{ann}/stage", stage="active", reason="Writes daily")
    as_mei.post(f"/customers/{bo}/stage", stage="lapsed", reason="Moved away")
    as_mei.post(f"/customers/{ann}/merges", **{"with": str(bo), "reason": "One person"})

    def told() -> list[bool]:
        whole, stages = (
            as_mei.get(f"/customers/{ann}{kind}").text for kind in ("", "?kind=stages")
        )
        beside = whole.partition('<ol class="stages">')[2].partition("</ol>")[0]
        return ["Moved away" in part for part in (_line(whole), _line(stages), beside)]

    assert told() == [True, True, True]
    with desk.read() as session:
        tie = session.scalars(select(CustomerMerge.id)).one()
    as_mei.post(f"/customers/{ann}/merges/{tie}/undoing")
    assert told() == [False, False, False]
    assert "Moved away" in _line(as_mei.get(f"/customers/{bo}").text)


def _line(page: str) -> str:
    return page.partition('<ol class="thread timeline">')[2].partition("</ol>")[0]


def test_every_change_of_a_record_has_its_sentence(app: Flask) -> None:
    with app.test_request_context():
        for event in OF_THE_RECORD:
            facts = {"event": event, "actor": "Mei", "data": {}}
            assert happened(Entry(now(), "changes", 1, None, facts)), event


def test_money_is_never_added_across_currencies(as_mei: Visit, desk: Desk, ann: int) -> None:
    with desk.write() as session:
        for n, (amount, currency, back) in enumerate(
            [("10.00", "GBP", None), ("5.50", "GBP", "5.50"), ("7.00", "EUR", None)]
        ):
            session.add(
                Order(
                    external_id=f"M-{n}", customer_id=ann, placed_at=now(), state="delivered",
                    total=Money(Decimal(amount), currency),
                    refunded_amount=Decimal(back) if back else None,
                )
            )  # fmt: skip
    page = as_mei.get(f"/customers/{ann}").text
    for words in ("£15.50", "£5.50", "€7.00"):
        assert words in page
    assert "22.50" not in page


def test_an_address_is_added_preferred_and_removed_while_nobody_used_it(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    as_mei.post(f"/customers/{ann}/addresses", kind="phone", value="+44 7700 900123")
    with desk.read() as session:
        points = {p.value: p.id for p in session.get_one(Customer, ann).contact_points}
    here = f"/customers/{ann}/addresses"
    assert as_mei.post(f"{here}/{points['+447700900123']}/preference").status_code == 302
    assert "Written to first" in as_mei.get(f"/customers/{ann}").text
    kept = as_mei.post(f"{here}/{points['ann@fjell.example']}/removal")
    assert kept.status_code == 409
    assert "has been written from or to" in kept.text
    as_mei.post(f"{here}/{points['+447700900123']}/removal")
    assert "+447700900123" not in as_mei.get(f"/customers/{ann}?kind=orders").text
    for wrong in ("ann", "a b@c.example", ""):
        assert as_mei.post(here, kind="email", value=wrong).status_code == 409


def test_an_address_of_another_record_is_not_taken_but_asked_about(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    receive(desk, Mail(sender="Bo <bo@fjell.example>"))
    answer = as_mei.post(f"/customers/{ann}/addresses", kind="email", value="bo@fjell.example")
    assert answer.status_code == 409
    assert "Maybe the same person" in answer.text


# Proof


def digits(desk: Desk) -> str:
    with desk.read() as session:
        nonce = session.scalars(select(OneTimeCode.nonce).order_by(OneTimeCode.id.desc())).first()
    return one_time_code.digits(desk.vault.key(one_time_code.KEY_PURPOSE), str(nonce))


def test_a_code_that_the_customer_tells_verifies_the_address(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    with desk.read() as session:
        point = session.scalars(select(ContactPoint.id)).one()
    here = f"/customers/{ann}/addresses/{point}"
    sent = as_mei.post(f"{here}/codes")
    assert "A code is on its way" in as_mei.get(sent.location).text
    with desk.read() as session:
        delivery = session.scalars(select(Delivery)).one()
        note = session.get_one(Message, delivery.message_id)
        assert (delivery.recipient, note.visibility) == ("ann@fjell.example", "note")
        assert digits(desk) not in note.text
    assert code_sending.FACT in note.facts
    wrong = "000000" if digits(desk) != "000000" else "111111"
    assert "code=wrong" in as_mei.post(f"{here}/proof", code=wrong).location
    right = as_mei.post(f"{here}/proof", code=digits(desk)).location
    assert "The address is verified" in as_mei.get(right).text
    with desk.read() as session:
        known = session.get_one(ContactPoint, point)
        assert known.verified_by == Proof.CODE.value
    assert as_mei.post(f"{here}/codes").status_code == 409


def test_codes_end_after_five_wrong_ones_and_three_an_hour(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    with desk.read() as session:
        point = session.scalars(select(ContactPoint.id)).one()
    here = f"/customers/{ann}/addresses/{point}"
    as_mei.post(f"{here}/codes")
    right = digits(desk)
    wrong = "000000" if right != "000000" else "111111"
    outcomes = [as_mei.post(f"{here}/proof", code=wrong).location for _ in range(5)]
    assert "code=spent" in outcomes[-1]
    assert "code=spent" in as_mei.post(f"{here}/proof", code=right).location
    assert as_mei.post(f"{here}/codes").status_code == 302
    assert as_mei.post(f"{here}/codes").status_code == 302
    assert as_mei.post(f"{here}/codes").status_code == 409
    assert customer_codes.OF_AGENTS < 0  # never an epoch of the bot


# Stages


def test_a_stage_is_computed_shown_and_overridden_with_an_end(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    stages.compute_due(desk)
    assert "has not ordered yet" in as_mei.get(f"/customers/{ann}").text
    with desk.write() as session:
        session.add(
            Order(external_id="S-1", customer_id=ann, placed_at=now() - timedelta(5),
                  total=Money(Decimal(1), "GBP"), state="delivered")
        )  # fmt: skip
    receive(desk, Mail(sender="ann@fjell.example", subject="Another matter"))
    stages.compute_due(desk)
    assert "First order 5 days ago" in as_mei.get(f"/customers/{ann}").text
    refused = as_mei.post(f"/customers/{ann}/stage", stage="lapsed", reason=" ")
    assert refused.status_code == 409
    day = (now() + timedelta(3)).date().isoformat()
    as_mei.post(f"/customers/{ann}/stage", stage="lapsed", reason="Moved away", until=day)
    assert "Moved away" in as_mei.get(f"/customers/{ann}").text
    receive(desk, Mail(sender="ann@fjell.example", subject="A third matter"))
    stages.compute_due(desk)
    with desk.read() as session:
        assert session.get_one(Customer, ann).stage == "lapsed"
    with desk.write() as session:
        customer = session.get_one(Customer, ann)
        customer.stage_until = customer.stage_due_at = now() - timedelta(1)
    stages.compute_due(desk)
    with desk.read() as session:
        known = session.get_one(Customer, ann)
        assert (known.stage, known.stage_by_id) == ("new", None)
    assert as_mei.get(f"/customers/{ann}?kind=stages").text.count("Moved away") >= 1


# Pools


def test_claims_keep_to_the_cap_and_to_the_team(desk: Desk, boss: Actor) -> None:
    jo, kim = (make_agent(desk, name, teams=("Orders",)) for name in ("Jo One", "Kim Two"))
    stranger = make_agent(desk, "Lu Three")
    people = [receive(desk, Mail(sender=f"c{n}@fjell.example")).customer or 0 for n in range(3)]
    pool = pools.set_pool(desk, boss, team(desk, "Orders"), cap=1, idle_days=None)
    with pytest.raises(NotPossible):
        pools.claim(desk, jo, people[0])
    for one in people:
        pools.put(desk, boss, one, pool)
    pools.claim(desk, jo, people[0])
    with pytest.raises(NotPossible):
        pools.claim(desk, jo, people[1])
    for agent in (kim, stranger):
        with pytest.raises(NotAllowed):
            pools.claim(desk, agent, people[0])
    with pytest.raises(NotAllowed):
        pools.claim(desk, jo, people[2], kim.id)
    pools.claim(desk, boss, people[2], kim.id)
    with pytest.raises(NotAllowed):
        pools.release(desk, jo, people[2])
    pools.release(desk, jo, people[0])
    pools.claim(desk, kim, people[2])  # hers already
    with desk.read() as session:
        held = session.execute(select(Customer.id, Customer.holder_id).order_by(Customer.id)).all()
    assert [tuple(row) for row in held] == [(people[0], None), (people[1], None),
                                            (people[2], kim.id)]  # fmt: skip


def test_a_new_ticket_goes_to_the_holder_and_idle_customers_are_free_again(
    desk: Desk, boss: Actor, ann: int
) -> None:
    jo = make_agent(desk, "Jo One", teams=("Orders",))
    pool = pools.set_pool(desk, boss, team(desk, "Orders"), cap=0, idle_days=10)
    pools.put(desk, boss, ann, pool)
    pools.claim(desk, jo, ann)
    opened = receive(desk, Mail(sender="ann@fjell.example", subject="Another matter")).ticket
    with desk.read() as session:
        assert session.get_one(Ticket, opened).assignee_id == jo.id
    assert pools.release_idle(desk) == 0
    with desk.write() as session:
        session.execute(update(Customer).values(held_at=now() - timedelta(11)))
    assert pools.release_idle(desk) == 0  # something happened in a ticket
    with desk.write() as session:
        session.execute(update(Ticket).values(changed_at=now() - timedelta(11)))
    assert pools.release_idle(desk) == 1
    later = receive(desk, Mail(sender="ann@fjell.example", subject="A third matter")).ticket
    with desk.read() as session:
        assert session.get_one(Ticket, later).assignee_id is None


def test_promise_6_a_pool_of_a_private_team_is_its_members(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, lawyer: Actor, mei: Actor, ann: int
) -> None:
    pool = pools.set_pool(desk, SYSTEM, team(desk, "Legal"), cap=0, idle_days=None)
    pools.put(desk, SYSTEM, ann, pool)
    assert as_mei.get(f"/customers/pool?pool={pool}").status_code == 404
    for path in ("/customers", "/customers/pool", f"/customers/{ann}"):
        assert "Legal" not in as_mei.get(path).text, path
    with pytest.raises(NotFound):
        pools.claim(desk, agents.actor_by_email(desk, mei.email), ann)
    assert "Ann Lee" in as_lawyer.get(f"/customers/pool?pool={pool}").text
    assert as_lawyer.post(f"/customers/{ann}/holder").status_code == 302
    assert "Ann Lee" in as_lawyer.get("/customers/mine").text


# Doubles


def test_doubles_are_found_compared_merged_and_taken_apart(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    other = receive(desk, Mail(sender="Lee, Ann <ann@work.example>")).customer or 0
    double = receive(desk, Mail(sender="LEE Ann <annlee.x@fjell.example>")).customer or 0
    twin = receive(desk, Mail(sender="Ann Lee <ann.lee.x@work.example>")).customer or 0
    assert duplicates.find(desk) == 1  # "ann@" is anybody
    assert duplicates.find(desk) == 0
    page = as_mei.get("/customers/duplicates").text
    assert f"/customers/{double}/merge?with={twin}" in page
    assert "The same name, and" in page
    assert as_mei.get(f"/customers/{double}/merge?with={twin}").status_code == 200
    kept = as_mei.post(f"/customers/{double}/merges", **{"with": twin, "keep": double,
                       "reason": "One person", "take_name": twin})  # fmt: skip
    assert kept.location.endswith(f"/customers/{double}")
    page = as_mei.get(f"/customers/{twin}").text  # the address of the record that is part of it
    assert "ann.lee.x@work.example" in page
    assert "annlee.x@fjell.example" in page
    assert other
    with desk.read() as session:
        tie = session.scalars(select(CustomerMerge.id)).one()
    assert as_mei.post(f"/customers/{ann}/merges/{tie}/undoing").status_code == 404
    as_mei.post(f"/customers/{double}/merges/{tie}/undoing")
    assert "ann.lee.x@work.example" not in as_mei.get(f"/customers/{double}?kind=orders").text


# Organizations


def test_who_proves_an_address_of_the_domain_belongs_to_the_organization(
    as_mei: Visit, desk: Desk, ann: int
) -> None:
    with desk.write() as session:
        company = Organization(name="Fjell AS")
        session.add(company)
        session.flush()
        number = company.id
        session.execute(update(ContactPoint).values(verified_at=now(), verified_by="code"))
    here = f"/customers/organizations/{number}"
    for wrong in ("gmail.com", "fjell", "a b"):
        assert as_mei.post(here, name="Fjell", domain=wrong, by_domain="1").status_code == 409
    assert as_mei.post(here, name="Fjell", domain="fjell.example", by_domain="1").status_code == 302
    page = as_mei.get(here).text
    assert "Ann Lee" in page
    assert "Tent pole" in page
