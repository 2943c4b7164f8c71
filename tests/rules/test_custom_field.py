"""What may stand in a custom field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.article_words import one_line
from helpdesk.rules.custom_field import Field, FieldKind, NotAValue, Value, is_key

FIELDS = {kind: Field("f", kind, name_en="F", choices=("Red", "蓝")) for kind in FieldKind}


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", "  two   words ", Value("two words")),
        ("number", "12.50", Value("12.5", 12.5)),
        ("number", "1,234,567.5", Value("1234567.5", 1234567.5)),
        ("number", "-3", Value("-3", -3.0)),
        ("number", "0.000000001", Value("0.000000001", 1e-9)),
        ("number", "1.1000000000000001", Value("1.1", 1.1)),  # as spreadsheets keep it
        ("text", "a\0b\u202e", Value("ab")),
        ("date", "2026-2-9", Value("2026-02-09")),
        ("date", "2026年11月30日", Value("2026-11-30")),
        ("choice", "red", Value("Red")),
        ("choice", "蓝", Value("蓝")),
        ("checkbox", "Yes", Value("yes")),
        ("checkbox", "否", Value("no")),
    ],
)
def test_what_is_understood(kind: str, written: str, value: Value) -> None:
    assert FIELDS[FieldKind(kind)].parse(written) == value


@pytest.mark.parametrize(
    ("kind", "written", "cure"),
    [
        ("text", "x" * 501, "500 characters"),
        ("number", "12,5", "Write it like 12.5"),
        ("number", "nan", "is not a number"),
        ("number", "1e5", "is not a number"),
        ("number", "999999999999999.999999", "is not a number"),  # it would come back rounded up
        ("date", "30.11.2026", "Write it like 2026-11-30"),
        ("date", "2026-02-30", "is not a date"),
        ("choice", "green", "is not one of Red, 蓝"),
        ("checkbox", "maybe", "neither yes nor no"),
    ],
)
def test_what_is_not_says_what_would_be(kind: str, written: str, cure: str) -> None:
    with pytest.raises(NotAValue) as refused:
        FIELDS[FieldKind(kind)].parse(written)
    assert cure in str(refused.value)


@given(st.sampled_from(list(FieldKind)), st.text(max_size=60))
def test_promise_9_any_text_is_a_value_nothing_or_refused(kind: FieldKind, written: str) -> None:
    field = FIELDS[kind]
    try:
        value = field.parse(written)
    except NotAValue:
        return
    assert (value is None) == (not one_line(written))
    if value is not None:  # what is stored is understood again, as the same
        assert field.parse(value.text) == value


@given(st.floats(-1e14, 1e14).map(lambda n: round(n, 6)))
def test_a_number_comes_back_as_it_was(number: float) -> None:
    value = FIELDS[FieldKind.NUMBER].parse(f"{number:.6f}")
    assert value is not None
    assert value.number == float(f"{number:.6f}")


@given(st.dates(), st.dates())
def test_dates_sort_as_they_follow(one, other) -> None:  # type: ignore[no-untyped-def]
    parse = FIELDS[FieldKind.DATE].parse
    a, b = parse(one.isoformat()), parse(other.isoformat())
    assert a is not None
    assert b is not None
    assert (a.text < b.text) == (one < other)


def test_a_field_is_named_in_the_reader_s_language() -> None:
    field = Field("size", FieldKind.TEXT, name_en="Size", name_zh="尺码")
    assert [field.named(locale) for locale in ("en", "zh_Hans", "zh_Hant")] == [
        "Size", "尺码", "尺码",
    ]  # fmt: skip
    assert Field("size", FieldKind.TEXT).named("en") == "size"


def test_keys() -> None:
    assert [is_key(k) for k in ("order_number", "a1", "", "Order", "1a", "a-b", "a" * 41)] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
