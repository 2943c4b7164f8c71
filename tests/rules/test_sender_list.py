"""Allow and deny: the most specific line wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.sender_list import BadPattern, Verdict, pattern, patterns_of, verdict

LISTS = {
    "@spam.example": "deny", "good@spam.example": "allow", "@shop.spam.example": "allow",
    "bad@fjell.example": "deny",
}  # fmt: skip


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("ann@spam.example", Verdict.DENY),
        ("Ann@SPAM.example", Verdict.DENY),
        ("ann@deep.below.spam.example", Verdict.DENY),
        ("good@spam.example", Verdict.ALLOW),
        ("ann@shop.spam.example", Verdict.ALLOW),
        ("bad@fjell.example", Verdict.DENY),
        ("ann@fjell.example", None),
        ("ann@notspam.example", None),
        ("bad@mail.fjell.example", None),
    ],
)
def test_the_most_specific_line_wins(address, wanted):
    found = verdict(address, LISTS)
    assert (found and found[0]) == wanted


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ann@X.Example ", "ann@x.example"), ("x.example", "@x.example"),
        ("@X.example", "@x.example"), ("*@x.example", "@x.example"), ("公司.中国", "@公司.中国"),
    ],
)  # fmt: skip
def test_what_is_typed_is_stored_as_it_is_looked_up(typed, stored):
    assert pattern(typed) == stored
    probe = stored if stored[0] != "@" else f"somebody{stored}"
    assert stored in patterns_of(probe)


@pytest.mark.parametrize("typed", ["", "@", "example", "a b@x.example", "ann@", "a@b@x.example"])
def test_nonsense_is_refused(typed):
    with pytest.raises(BadPattern):
        pattern(typed)


@given(st.text(max_size=2_000))
def test_any_address_can_be_looked_up(address):
    assert 1 <= len(patterns_of(address)) <= 21
