"""Whose contact this is: one person over all channels, where it is proved.

An address that was only said files a message under the customer who holds it, and joins nothing.
Two customers become one by themselves only when both addresses are proved; otherwise a person is
asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.message import Address, ContactKind, Proof

AddressKey = tuple[ContactKind, str]
"""Kind and normalized value."""


@dataclass(frozen=True, slots=True)
class KnownPoint:
    """What the record says about an address. ``only_claimed``: its customer is known by another,
    verified address, and merely said that this one is theirs too."""

    customer_id: int
    verified: bool
    only_claimed: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers may be one: this is why."""

    other_id: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose contact it is. ``customer_id`` None asks for a new customer.

    ``attach`` are addresses to put on their record, ``prove`` those that are now verified,
    ``join`` customers that turned out to be the same person, ``take_back`` addresses that somebody
    else had only claimed.
    """

    customer_id: int | None
    attach: tuple[Address, ...] = ()
    prove: tuple[Address, ...] = ()
    join: tuple[int, ...] = ()
    take_back: tuple[Address, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


def resolve(
    sender: Address, also: tuple[Address, ...], known: Mapping[AddressKey, KnownPoint]
) -> Resolution:
    """Who sent this, from the address it came from and the others that it names."""
    claims = _distinct((sender, *also))
    sender = claims[0]
    customer = _owner(claims, known)
    attach, prove, join, take_back, suggestions = [], [], [], [], []
    for claim in claims:
        point = known.get(key(claim))
        if point is None:
            attach.append(claim)
            continue
        if claim is sender and _was_only_claimed(sender, point):
            take_back.append(claim)
            evidence = f"They gave {claim.value}, which somebody else has proved"
            suggestions.append(Suggestion(point.customer_id, evidence))
            continue
        mine = point.customer_id == customer
        if claim.proof is not Proof.NONE and (mine or _proved(sender)):
            prove.append(claim)
        if mine:
            continue
        if _joins(sender, claim, point):
            join.append(point.customer_id)
        else:
            who = "A visitor" if sender.kind is ContactKind.VISITOR else sender.value
            suggestions.append(Suggestion(point.customer_id, f"{who} gave {claim.value}"))
    return Resolution(
        customer,
        attach=tuple(attach),
        prove=tuple(prove),
        join=tuple(dict.fromkeys(join)),
        take_back=tuple(take_back),
        suggestions=tuple(s for s in suggestions if s.other_id != customer),
    )


def key(address: Address) -> AddressKey:
    return address.kind, address.value.strip().casefold()


def _distinct(claims: tuple[Address, ...]) -> tuple[Address, ...]:
    """Each address once, in order, with its proof where any mention of it came with one."""
    best: dict[AddressKey, Address] = {}
    for claim in claims:
        known = best.get(key(claim))
        if known is None or (not _proved(known) and _proved(claim)):
            best[key(claim)] = claim
    return tuple(best.values())


def _owner(claims: tuple[Address, ...], known: Mapping[AddressKey, KnownPoint]) -> int | None:
    """The holder of a proved, verified address; else whoever holds the sender's address.

    A visitor who signs in as a known customer is that customer, whatever the browser was before.
    """
    for claim in claims[1:]:
        point = known.get(key(claim))
        if point and point.verified and claim.proof is not Proof.NONE and _proved(claims[0]):
            return point.customer_id
    point = known.get(key(claims[0]))
    if point is None or _was_only_claimed(claims[0], point):
        return None
    return point.customer_id


def _was_only_claimed(sender: Address, point: KnownPoint) -> bool:
    """Whoever proves an address is not filed under somebody who merely said it first."""
    return _proved(sender) and point.only_claimed and not point.verified


def _proved(address: Address) -> bool:
    return address.proof is not Proof.NONE


def _joins(sender: Address, claim: Address, point: KnownPoint) -> bool:
    return point.verified and _proved(claim) and _proved(sender)
