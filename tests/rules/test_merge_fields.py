"""What a merged record shows, and what people prefer and look like: the plain rules."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import preference
from helpdesk.rules.likeness import plain_name, traits
from helpdesk.rules.merge_fields import COLUMNS, FIELDS, Part, differing, shown

values = st.fixed_dictionaries({c: st.sampled_from([None, 1, 2]) for c in COLUMNS})
takes = st.frozensets(st.sampled_from(sorted(FIELDS)))


@given(own=values, other=values, chosen=takes)
def test_one_shows_a_side_of_each_field_as_a_whole(own, other, chosen) -> None:  # type: ignore[no-untyped-def]
    found = shown(own, [Part(other, chosen)])
    for field, columns in FIELDS.items():
        side = {c: found[c] for c in columns}
        mine, theirs = ({c: each[c] for c in columns} for each in (own, other))
        is_empty = all(value is None for value in mine.values())
        assert side == (theirs if field in chosen or is_empty else mine)


@given(own=values, other=values)
def test_only_what_differs_is_asked(own, other) -> None:  # type: ignore[no-untyped-def]
    for field in differing(own, other):
        assert any(own[c] != other[c] for c in FIELDS[field])


def test_a_channel_and_an_hour_are_seen_when_they_stand_out() -> None:
    assert preference.channel(["email", "email"]) is None
    assert preference.channel(["email", "sms", "chat"]) is None
    seen = preference.channel(["email"] * 7 + ["sms"] * 3)
    assert seen is not None
    assert (seen.value, seen.count, seen.of) == ("email", 7, 10)
    evenings = [datetime(2026, 11, d, 18 + d % 3, tzinfo=UTC) for d in range(1, 9)]
    hour = preference.hour(evenings, ZoneInfo("UTC"))
    assert hour is not None
    assert (hour.value, hour.count) == ("17", 8) or hour.count == 8


def test_doubles_need_more_than_a_name() -> None:
    def keys(name: str, *emails: str, phones: tuple[str, ...] = ()) -> set[tuple[str, str]]:
        return {(t.kind, t.key) for t in traits(name, None, emails, phones)}

    assert keys("Ann Lee", "ann.lee@a.example") & keys("LEE, Ann", "annlee+x@b.example")
    assert not keys("Ann Lee", "ann@a.example") & keys("Ann Lee", "ann@b.example")
    assert not keys("Ann Lee", "support@a.example") & keys("Ann Lee", "support@b.example")
    assert keys("", phones=("+447700900123",)) & keys("Ann", phones=("07700900123",))
    assert plain_name("陳柏宇") == plain_name("陈柏宇")
