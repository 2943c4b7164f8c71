"""Which mail domains may stand for an organization."""

from __future__ import annotations

import re

from helpdesk.rules.refusal import Refusal

ANYBODYS = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "mail.ru",
        "yandex.ru",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "foxmail.com",
        "zoho.com",
    )
)
"""Where anybody gets an address: they say nothing about who somebody works for."""

_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


class NoDomain(Refusal):
    """The domain cannot stand for an organization."""


def check(domain: str) -> None:
    """Raise ``NoDomain`` unless people of one organization have their addresses there."""
    if not _DOMAIN.fullmatch(domain):
        raise NoDomain("Write the domain as in an address: shop.example")
    if domain in ANYBODYS:
        raise NoDomain("Anybody can have an address of %(domain)s.", domain=domain)


def domain_of(email: str) -> str:
    return email.rpartition("@")[2]
