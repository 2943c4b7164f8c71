"""What stands in the cells of files, and what their headers mean."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.custom_field import Field, FieldKind, Value
from helpdesk.rules.import_fields import FIELDS, NOUNS, fault_of, field_names, guess
from helpdesk.rules.import_values import Customs, RefusedRow, cleaned

HOME = Customs(region="GB", zone="Europe/London")

GOOD = [
    ("email", " Ann@Fjell.Example ", ["ann@fjell.example"]),
    ("phone", "020 7946 0958", ["+442079460958"]),
    ("phone", "'+44 20 7946 0958", ["+442079460958"]),
    ("locale", "zh_Hans", "zh-Hans"),
    ("placed_at", "2026-07-01 10:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
    ("placed_at", "2026/11/21", datetime(2026, 11, 21, tzinfo=UTC)),
    ("placed_at", "2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
    ("placed_at", "46347.5", datetime(2026, 11, 21, 12, tzinfo=UTC)),
    ("amount", "1,234.5", Decimal("1234.50")),
    ("currency", "gbp", "GBP"),
    ("state", "Shipped", "shipped"),
    ("name", "'=Ann", "=Ann"),
]


@pytest.mark.parametrize(("field", "cell", "value"), GOOD)
def test_cells_are_read_as_people_write_them(field: str, cell: str, value: object) -> None:
    assert cleaned({field: [cell]}, HOME) == {field: value}


BAD = [
    ("email", "ann@"), ("email", "=cmd|' /C calc'!A0"), ("email", "a b@x.example"),
    ("phone", "not a number"), ("phone", "12"), ("locale", "English (UK)"),
    ("placed_at", "21.11.2026"), ("placed_at", "99999999999999"), ("placed_at", "1e5"),
    ("amount", "12,34"), ("amount", "1e999"), ("amount", "NaN"), ("currency", "£"),
    ("state", "lost"), ("status", "snoozed"), ("priority", "!!!"), ("name", "x" * 301),
]  # fmt: skip


@pytest.mark.parametrize(("field", "cell"), BAD)
def test_what_is_not_what_it_should_be_is_refused(field: str, cell: str) -> None:
    with pytest.raises(RefusedRow):
        cleaned({field: [cell]}, HOME)


@given(st.sampled_from(sorted({f for n in NOUNS for f in field_names(n)})), st.text(max_size=60))
def test_any_cell_is_read_or_refused(field: str, cell: str) -> None:
    values = {}
    with suppress(RefusedRow):
        values = cleaned({field: [cell]}, HOME)
    assert set(values) <= {field}
    assert "\0" not in str(values.get(field))


@pytest.mark.parametrize(
    ("noun", "headers", "fields"),
    [
        ("customers", ["ID", "Full name", "E-mail", "Email 2", "Mobile number", "Shoe size"],
         ["external_id", "name", "email", "email", "phone", ""]),
        ("customers", ["客户编号", "姓名", "邮箱", "手机号", "公司"],
         ["external_id", "name", "email", "phone", "organization"]),
        ("orders", ["Order number", "Customer ID", "Date", "Total", "Currency", "Status"],
         ["external_id", "customer_external_id", "placed_at", "amount", "currency", "state"]),
        ("organizations", ["Name", "Name", "Domain"], ["name", "", "domain"]),
    ],
)  # fmt: skip
def test_headers_are_guessed(noun: str, headers: list[str], fields: list[str]) -> None:
    assert guess(noun, headers) == fields
    assert fault_of(noun, headers, fields) == ""


def test_every_field_is_known_by_its_own_name() -> None:
    for noun in NOUNS:
        for field in FIELDS[noun]:
            assert guess(noun, [field.name]) == [field.name], (noun, field.name)
            if not field.many:
                assert fault_of(noun, ["a", "b"], [field.name] * 2) == field.name


OWN = (
    Field("ab", FieldKind.TEXT, name_en="Order", name_zh="订单"),
    Field("a_b", FieldKind.DATE, name_en="Bought on"),
    Field("name", FieldKind.TEXT, name_en="Nickname"),
)


def test_headers_of_own_fields_are_guessed_by_key_and_name() -> None:
    headers = ["Name", "field.a_b", "field.ab", "field.name", "Size"]
    mapping = ["name", "field.a_b", "field.ab", "field.name", ""]
    assert guess("customers", headers, OWN) == mapping
    assert guess("tickets", ["订单", "Bought on", "nickname"], OWN) == [
        "field.ab", "field.a_b", "field.name",
    ]  # fmt: skip
    assert fault_of("customers", headers, mapping, OWN) == ""
    assert fault_of("customers", headers, mapping) == "field.a_b"
    assert fault_of("customers", ["a", "b"], ["field.ab"] * 2, OWN) == "field.ab"


@given(st.sampled_from(OWN), st.text(max_size=60))
def test_any_cell_of_an_own_field_is_read_or_refused(field: Field, cell: str) -> None:
    customs = Customs(fields={field.column: field})
    try:
        values = cleaned({field.column: [cell]}, customs)
    except RefusedRow:
        return
    kept = values.get(field.column, "")
    assert (field.parse(kept) or Value("")).text == kept
