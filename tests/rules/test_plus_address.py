"""The reply address of a ticket can be neither guessed nor moved, and survives mail systems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules import plus_address

INBOX = "support@shop.example"
KEY = b"k" * 32
TICKETS = st.integers(min_value=1, max_value=999_999_999)


@given(TICKETS, st.binary(min_size=1, max_size=64))
def test_what_is_made_is_read(ticket, key):
    address = plus_address.make(INBOX, ticket, key)
    assert address.startswith(f"support+t{ticket}.")
    assert address.endswith("@shop.example")
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert plus_address.read(address, INBOX, key) == ticket


@given(TICKETS)
def test_case_does_not_matter(ticket):
    address = plus_address.make(INBOX, ticket, KEY)
    assert plus_address.read(f" {address.upper()} ", INBOX.title(), KEY) == ticket


@given(TICKETS, TICKETS)
def test_a_token_belongs_to_one_ticket(ticket, other):
    token = plus_address.make(INBOX, ticket, KEY).partition(".")[2]
    found = plus_address.read(f"support+t{other}.{token}", INBOX, KEY)
    assert found == (ticket if other == ticket else None)


@given(TICKETS, st.integers(0, 15), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_letter_is_noticed(ticket, position, letter):
    address = plus_address.make(INBOX, ticket, KEY)
    at = address.index(".") + 1 + position
    changed = address[:at] + letter + address[at + 1 :]
    assert plus_address.read(changed, INBOX, KEY) == (ticket if changed == address else None)


def test_inbox_and_key_are_part_of_it():
    address = plus_address.make(INBOX, 42, KEY)
    assert plus_address.read(address, INBOX, b"other") is None
    assert plus_address.read(address, "sales@shop.example", KEY) is None
    moved = address.replace("support+", "sales+")
    assert plus_address.read(moved, "sales@shop.example", KEY) is None


def test_an_inbox_may_carry_a_plus_of_its_own():
    inbox = "desk+support@shop.example"
    assert plus_address.read(plus_address.make(inbox, 42, KEY), inbox, KEY) == 42


@given(st.text(max_size=80))
def test_other_addresses_name_no_ticket(address):
    assert plus_address.read(address, INBOX, KEY) is None


@pytest.mark.parametrize("tag", ["t42", "t42.", "42.aaaaaaaaaaaaaaaa", "t042.aaaaaaaaaaaaaaaa", ""])
def test_incomplete_tags_name_no_ticket(tag):
    assert plus_address.read(f"support+{tag}@shop.example", INBOX, KEY) is None
