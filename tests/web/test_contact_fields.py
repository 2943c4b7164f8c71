"""Fields that customers are asked for in the contact form, and what becomes of their answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from channels.message import Address, ContactKind, InboundMessage
from helpdesk.actions import contact_form, intake
from helpdesk.actions.contact_form import ContactForm
from helpdesk.actions.custom_fields import Definition, add_field, change_field
from helpdesk.actions.form_answers import sorted_out
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, Envelope, Message, Ticket
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.search import search
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.factories import Mail, receive
from tests.web.conftest import Visit

FORM = {
    "email": "ann@fjell.example", "subject": "Kayak", "text": "Do you rent kayaks?",
    "form_id": "0" * 32, "lang": "en", "then": "send",
}  # fmt: skip
ANSWERS = {
    "field-order": "TF-4711", "field-people": "2", "field-day": "2026-12-24",
    "field-size": "大号", "field-agreed": "yes",
}  # fmt: skip
DEFINED = (
    ("order", "text", "Order number", "订单号", True),
    ("people", "number", "People", "人数", False),
    ("day", "date", "Day", "日期", False),
    ("size", "choice", "Size", "尺码", True),
    ("agreed", "checkbox", "You may call me", "可以来电", False),
)


@pytest.fixture
def fields(desk: Desk) -> dict[str, int]:
    made = {
        key: add_field(
            desk, SYSTEM, FieldNoun.TICKET, key, FieldKind(kind),
            Definition(english, chinese, ("Small", "大号"), public=True, public_required=needed),
        )
        for key, kind, english, chinese, needed in DEFINED
    }  # fmt: skip
    add_field(desk, SYSTEM, FieldNoun.TICKET, "cause", FieldKind.TEXT, Definition("Our cause"))
    return made


def values(desk: Desk) -> dict[str, str]:
    with desk.read() as session:
        ticket = session.scalars(select(Ticket.id)).one()
        return values_by(session, FieldNoun.TICKET, [ticket])[ticket]


def test_an_admin_says_what_customers_are_asked(as_admin: Visit, stranger: Visit) -> None:
    wanted = {"noun": "ticket", "key": "order", "kind": "text", "name_en": "Order number"}
    as_admin.get("/settings/fields")
    as_admin.post("/settings/fields", **wanted, public_required="yes")
    assert "Order number" not in stranger.get("/help/contact?lang=en").text
    number = as_admin.get("/settings/fields").text.split("/settings/fields/")[1].split('"')[0]
    as_admin.post(f"/settings/fields/{number}", name_en="Order number", active="yes", public="yes")
    page = stranger.get("/help/contact?lang=en").text
    assert '<label for="field-order">Order number <span class="quiet">(optional)' in page
    as_admin.post("/settings/fields", **(wanted | {"noun": "customer"}), public="yes")
    assert stranger.get("/help/contact?lang=en").text.count("Order number") == 1


def test_the_form_asks_in_the_readers_language(stranger: Visit, fields: dict[str, int]) -> None:
    for lang, labels in (
        ("en", ["Order number", "People", "Day", "Size", "You may call me"]),
        ("zh-hans", ["订单号", "人数", "日期", "尺码", "可以来电"]),
        ("zh-hant", ["訂單號", "人數", "日期", "尺碼", "可以來電"]),
    ):
        page = stranger.get(f"/help/contact?lang={lang}").text
        assert [label for label in labels if label not in page] == [], lang
        assert "Our cause" not in page
    assert 'type="date"' in page
    assert '<option value="大号">大號</option>' in page


def test_answers_come_onto_the_ticket_and_are_found(
    stranger: Visit, desk: Desk, fields: dict[str, int]
) -> None:
    stranger.get("/help/contact?lang=en")
    for _ in range(2):  # sending it twice is once
        page = stranger.post("/help/contact", **FORM, **ANSWERS, **{"field-cause": "ours"})
        assert "We have your message" in page.text
    assert values(desk) == {
        "order": "TF-4711", "people": "2", "day": "2026-12-24", "size": "大号", "agreed": "yes",
    }  # fmt: skip
    with desk.read() as session:
        assert len(search(session, SYSTEM, "tf-4711 大號").rows) == 1
        told = session.scalars(select(AuditEvent).filter_by(event="ticket.fields_changed")).one()
        message = session.scalars(select(Message)).one()
    assert (told.actor_kind, told.data["fields"][0]) == ("customer", ["order", "TF-4711"])
    assert message.text.strip() == "Do you rent kayaks?"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"field-order": " "}, "Please fill this in."),
        ({"field-size": ""}, "Please choose."),
        ({"field-size": "Huge"}, "Size: &#34;Huge&#34; is not one of Small, 大号."),
        ({"field-people": "two"}, "People: &#34;two&#34; is not a number."),
        ({"field-day": "tomorrow"}, "Day: &#34;tomorrow&#34; is not a date."),
        ({"field-order": "x" * 501}, "Order number: 500 characters are the most."),
        ({"field-order": "\0\u202e"}, "Please fill this in."),
    ],
)
def test_promise_9_a_wrong_answer_is_told_in_its_place_and_nothing_is_lost(
    stranger: Visit, desk: Desk, fields: dict[str, int], wrong: dict[str, str], words: str
) -> None:
    stranger.get("/help/contact?lang=en")
    page = stranger.post("/help/contact", **(FORM | ANSWERS | wrong))
    assert page.status_code == 400
    (name,) = wrong
    told = page.text.split(f'id="{name}-error"')[1].split("</p>")[0]
    assert words in told
    assert f'aria-describedby="{name}-error"' in page.text
    assert 'value="2026-12-24"' in page.text or name == "field-day"
    assert "Do you rent kayaks?" in page.text
    with desk.read() as session:
        assert not session.scalars(select(Ticket)).all()


def test_what_is_wrong_is_told_in_the_readers_language(
    stranger: Visit, fields: dict[str, int]
) -> None:
    stranger.get("/help/contact?lang=zh-hant")
    wrong = ANSWERS | {"field-people": "two", "field-order": "", "lang": "zh-hant"}
    page = stranger.post("/help/contact", **(FORM | wrong)).text
    for name, words in (("people", "人數"), ("order", "請填寫")):
        assert words in page.split(f'id="field-{name}-error"')[1].split("</p>")[0], name


def test_a_box_that_must_be_ticked_is_ticked(stranger: Visit, desk: Desk) -> None:
    wanted = Definition("I agree", public=True, public_required=True)
    add_field(desk, SYSTEM, FieldNoun.TICKET, "agreed", FieldKind.CHECKBOX, wanted)
    stranger.get("/help/contact?lang=en")
    for given in ({}, {"field-agreed": "no"}):
        assert "Please tick this." in stranger.post("/help/contact", **FORM, **given).text
    assert "We have" in stranger.post("/help/contact", **FORM, **{"field-agreed": "yes"}).text


def written(**fields: str) -> ContactForm:
    return ContactForm(
        "1" * 32, "ann@fjell.example", "Ann", "Kayak", "Do you rent kayaks?", "en", fields=fields
    )


def test_promise_1_answers_are_kept_when_the_desk_dies_before_it_has_read_them(
    desk: Desk, fields: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(intake, "attach", dies)
        with pytest.raises(KeyboardInterrupt):
            contact_form.send(desk, written(order="TF-1"))
    with desk.read() as session:
        kept = session.scalars(select(Envelope.id)).one()
    intake.attach(desk, kept)
    assert values(desk) == {"order": "TF-1"}


def test_an_answer_that_no_longer_fits_is_said_in_the_message(
    desk: Desk, fields: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(intake, "attach", lambda *_args: intake.Outcome(0, "created"))
        contact_form.send(desk, written(order="TF-1", size="大号", day="2026-12-24"))
    change_field(desk, SYSTEM, fields["size"], Definition("Size", choices=("Small", "Large")))
    change_field(desk, SYSTEM, fields["day"], Definition("Day", active=False))
    with desk.read() as session:
        kept = session.scalars(select(Envelope.id)).one()
    assert intake.attach(desk, kept).outcome == "created"
    assert values(desk) == {"order": "TF-1"}
    with desk.read() as session:
        text = session.scalars(select(Message.text)).one()
    assert text == "Do you rent kayaks?\n\nSize: 大号\nday: 2026-12-24"


def test_promise_3_a_form_changes_no_field_of_a_ticket_that_was_there(
    desk: Desk, fields: dict[str, int]
) -> None:
    there = receive(desk, Mail(sender="Ann <ann@fjell.example>", subject="Kayak")).ticket or 0
    form = replace(written(order="TF-1"), subject=f"Re: Kayak [#{there}]")
    opened = contact_form.send(desk, form).ticket or 0
    with desk.read() as session:
        values = values_by(session, FieldNoun.TICKET, [there, opened])
        assert values == {there: {}, opened: {"order": "TF-1"}}
        kept = session.scalars(select(Envelope).filter_by(ticket_id=opened)).one()
        incoming = InboundMessage("email", "key", Address(ContactKind.EMAIL, form.email),
                                  text="Hello\n", new_text="Hello\n")  # fmt: skip
        said, none = sorted_out(session, kept, incoming, is_new=False)  # had it joined all the same
    assert (said.text, said.new_text, none) == (*["Hello\n\nOrder number: TF-1"] * 2, {})
