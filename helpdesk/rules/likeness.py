"""Whether two records look like one person, and by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.rules.search_words import fold

COMMON_LOCALS = frozenset(
    ("info", "support", "sales", "office", "contact", "hello", "mail", "admin", "service", "post")
)
LEAST_LOCAL = 5  # characters: "ann" is anybody
NUMBER_TAIL = 9  # digits that tell a telephone, however the country was written


@dataclass(frozen=True, slots=True)
class Likeness:
    """A trait that two records share. ``evidence`` is what an agent reads."""

    kind: str  # phone, local_part, name_and_organization
    key: str
    evidence: str


def traits(
    name: str, organization_id: int | None, emails: Iterable[str], phones: Iterable[str]
) -> list[Likeness]:
    """What a record could share with a double of itself. Never a name alone."""
    found = []
    for phone in phones:
        digits = "".join(c for c in phone if c.isdecimal())[-NUMBER_TAIL:]
        if len(digits) == NUMBER_TAIL:
            found.append(Likeness("phone", digits, f"The same number: {phone}"))
    plain = plain_name(name)
    for email in emails:
        local = email.casefold().partition("@")[0].partition("+")[0].replace(".", "")
        if plain and len(local) >= LEAST_LOCAL and local not in COMMON_LOCALS:
            said = f"The same name, and {email.partition('@')[0]}@ elsewhere"
            found.append(Likeness("local_part", f"{plain}|{local}", said))
    if plain and organization_id is not None:
        said = "The same name in the same organization"
        found.append(Likeness("name_and_organization", f"{plain}|{organization_id}", said))
    return found


def plain_name(name: str) -> str:
    """A name without what people write differently: case, accents, order of words, script."""
    words = "".join(c if c.isalnum() else " " for c in fold(name)).split()
    return " ".join(sorted(words)) if sum(map(len, words)) > 1 else ""
