"""Made-up customers, with the addresses that they are reached at."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from helpdesk.rules.search_words import search_words
from helpdesk.seeds.bulk import names
from helpdesk.seeds.bulk.speeches import SHARES, speeches
from helpdesk.seeds.bulk.topic import Speech

PHONES = "+447700900"  # six more digits make it too long to be anybody's


@dataclass(slots=True)
class Stranger:
    """A made-up customer. ``words`` are those of the name and of every address."""

    id: int
    name: str
    speech: Speech
    email: str
    email_id: int
    phone: str  # "" for three in five
    phone_id: int
    order: str
    order_words: list[str]
    words: list[str]


def crowd(rng: Random, first_id: int, first_point: int, count: int) -> list[Stranger]:
    """``count`` customers with ids from ``first_id``; each takes two ids of contact points."""
    return [_stranger(rng, first_id + i, first_point + 2 * i) for i in range(count)]


def _stranger(rng: Random, number: int, point: int) -> Stranger:
    draw = rng.random() * 100
    locale = (
        "en" if draw < SHARES["en"] else "zh-Hant" if draw > 100 - SHARES["zh-Hant"] else "zh-Hans"
    )
    speech = speeches()[locale]
    if locale == "en":
        first, last = _pick(rng, names.FIRST), _pick(rng, names.LAST)
        name = f"{first} {last}"
        email = f"customer.{number}@{_pick(rng, names.MAIL_DOMAINS)}"
    else:
        name = _pick(rng, names.HAN_FAMILY) + _pick(rng, names.HAN_GIVEN)
        email = f"kehu.{number}@{_pick(rng, names.HAN_DOMAINS)}"
    phone = f"{PHONES}{number:06}" if rng.random() < 0.4 else ""
    order = f"TF-{100_000 + number}"
    return Stranger(
        number,
        name,
        speech,
        email,
        point,
        phone,
        point + 1,
        order,
        search_words(order),
        search_words(f"{name}\n{email}\n{phone}"),
    )


def _pick(rng: Random, choices: list[str]) -> str:
    return choices[int(rng.random() * len(choices))]
