"""Whom a reply goes to, as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.recipients import NotAnAddress, Recipients, read


@pytest.mark.parametrize(
    ("to", "cc", "wanted"),
    [
        (["ann@x.example"], [], Recipients(("ann@x.example",))),
        (["Ann@X.example, bo@y.example"], [], Recipients(("ann@x.example", "bo@y.example"))),
        (["Ann Fox <ann@x.example>；bo@y.example"], [],
         Recipients(("ann@x.example", "bo@y.example"))),
        (["ann@x.example"], ["bo@y.example、ann@x.example", ""],
         Recipients(("ann@x.example",), ("bo@y.example",))),
    ],
)  # fmt: skip
def test_what_people_type_is_read(to, cc, wanted):
    assert read(to, cc) == wanted


@pytest.mark.parametrize(
    "typed", ["", " , ", "ann", "ann@", "@x.example", "ann@x.example bo@y.example", "a@b@c"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NotAnAddress):
        read([typed])


def test_there_is_a_limit():
    with pytest.raises(NotAnAddress):
        read([f"{n}@x.example" for n in range(51)])


@given(st.lists(st.text(max_size=60), max_size=5), st.lists(st.text(max_size=60), max_size=5))
def test_it_is_read_or_refused_and_nobody_is_there_twice(to, cc):
    try:
        found = read(to, cc)
    except NotAnAddress:
        return
    every = [*found.to, *found.cc]
    assert len(set(every)) == len(every)
    assert all("\n" not in address and "\r" not in address for address in every)
