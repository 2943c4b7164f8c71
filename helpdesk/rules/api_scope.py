"""What a token of a program may do, within what its agent may."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Scope(StrEnum):
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    ARTICLES_READ = "articles:read"
    ARTICLES_WRITE = "articles:write"
    SEARCH_READ = "search:read"
    IMPORTS_WRITE = "imports:write"
    ADMIN = "admin"


ALL = tuple(Scope)

USUAL = tuple(scope for scope in Scope if scope is not Scope.ADMIN)
"""What a token made on the command line may do when nothing is said."""


def allows(scopes: Collection[str], wanted: Scope) -> bool:
    """Whether a token with ``scopes`` may do what ``wanted`` names. Who may write may read."""
    writing = wanted.value.replace(":read", ":write")
    return bool({Scope.ADMIN.value, wanted.value, writing} & set(scopes))
