"""One customer over all channels where it is proved; a suggestion where it is only claimed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.message import Address, ContactKind, Proof
from helpdesk.rules.identity import KnownPoint, key, resolve

EMAIL, PHONE, VISITOR = ContactKind.EMAIL, ContactKind.PHONE, ContactKind.VISITOR
visitor = Address(VISITOR, "v_1", proof=Proof.SIGNED)
said = Address(EMAIL, "ann@fjell.example")
proved = Address(EMAIL, "ann@fjell.example", proof=Proof.SIGNED)


def known(**points: tuple[Address, int, bool]) -> dict[tuple[ContactKind, str], KnownPoint]:
    return {key(a): KnownPoint(customer, verified) for a, customer, verified in points.values()}


def test_a_stranger_is_a_new_customer_with_all_their_addresses() -> None:
    found = resolve(visitor, (said,), {})
    assert (found.customer_id, found.attach) == (None, (visitor, said))


def test_a_known_address_files_under_its_customer_without_proof() -> None:
    found = resolve(said, (), known(a=(said, 7, True)))
    assert (found.customer_id, found.prove, found.join, found.attach) == (7, (), (), ())


def test_an_address_is_proved_by_its_own_contact() -> None:
    found = resolve(proved, (), known(a=(said, 7, False)))
    assert found.prove == (proved,)


def test_a_claimed_address_of_another_customer_only_suggests() -> None:
    found = resolve(visitor, (said,), known(v=(visitor, 1, True), a=(said, 7, True)))
    assert (found.customer_id, found.join) == (1, ())
    assert [s.other_id for s in found.suggestions] == [7]
    assert "A visitor gave ann@fjell.example" in found.suggestions[0].evidence


def test_a_proved_address_that_was_verified_joins_the_visitor_to_its_customer() -> None:
    found = resolve(visitor, (proved,), known(v=(visitor, 1, True), a=(said, 7, True)))
    assert (found.customer_id, found.join, found.suggestions) == (7, (1,), ())


def test_a_proved_address_that_was_never_verified_only_suggests() -> None:
    found = resolve(visitor, (proved,), known(v=(visitor, 1, True), a=(said, 7, False)))
    assert (found.customer_id, found.join) == (1, ())
    assert [s.other_id for s in found.suggestions] == [7]


def test_promise_3_who_proves_an_address_takes_it_back_from_who_only_said_it() -> None:
    claimed = {key(said): KnownPoint(7, verified=False, only_claimed=True)}
    found = resolve(proved, (), claimed)
    assert (found.customer_id, found.take_back) == (None, (proved,))
    assert [s.other_id for s in found.suggestions] == [7]
    assert resolve(said, (), claimed).customer_id == 7


def test_an_unproved_sender_proves_nothing_for_others() -> None:
    """A forged From with somebody's signed address beside it joins nothing."""
    stranger = Address(EMAIL, "mallory@evil.example")
    found = resolve(stranger, (proved,), known(a=(said, 7, True)))
    assert (found.join, found.prove) == ((), ())
    assert found.customer_id != 7


addresses = st.builds(
    Address,
    st.sampled_from(list(ContactKind)),
    st.sampled_from(["a", "b", "c", "d"]),
    proof=st.sampled_from([Proof.NONE, Proof.SIGNED, Proof.DMARC]),
)
points = st.dictionaries(
    st.tuples(st.sampled_from(list(ContactKind)), st.sampled_from(["a", "b", "c", "d"])),
    st.builds(KnownPoint, st.integers(1, 4), st.booleans(), st.booleans()),
)


@given(addresses, st.lists(addresses, max_size=4).map(tuple), points)
def test_promise_3_only_proved_and_verified_addresses_join(
    sender: Address, also: tuple[Address, ...], record: dict[tuple[ContactKind, str], KnownPoint]
) -> None:
    found = resolve(sender, also, record)
    claims = (sender, *also)
    for other in found.join:
        assert any(
            record[key(c)].customer_id == other
            and record[key(c)].verified
            and c.proof is not Proof.NONE
            for c in claims
            if key(c) in record
        )
        assert sender.proof is not Proof.NONE
    unproved = all(c.proof is Proof.NONE for c in claims if key(c) == key(sender))
    if unproved and key(sender) in record:
        assert found.customer_id == record[key(sender)].customer_id
    assert found.customer_id not in found.join
    assert all(c.proof is not Proof.NONE for c in found.prove)
    assert len({key(a) for a in found.attach}) == len(found.attach)
