"""What costs a test more than what it tests: done once a worker instead of once a test.

Desks that run as processes of their own (``tests/servers``) know nothing of this: they compile,
hash and collect as at a customer's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from helpdesk import memory
from helpdesk.actions import agents

STATEMENTS = 4_000  # of one kind of database; a desk has some 2,500


@contextmanager
def quick() -> Iterator[None]:
    """Templates, addresses and statements are compiled once, passwords are hashed lightly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Compiled()})
        patch.setattr(Rule, "_compile_builder", _compiled_once(Rule._compile_builder))
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(agents, "_hasher", hasher)
        patch.setattr(agents, "_NOBODY", hasher.hash("nobody has this password"))
        share_statements(patch)
        memory.settle()
        yield


class _Compiled(BytecodeCache):
    """Templates compiled once a worker, not once for each test's own application."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def _compiled_once(compile_: Callable[[Rule, bool], Any]) -> Callable[[Rule, bool], Any]:
    """Each test of a page makes an app: what builds an address is compiled for the first alone."""
    known: dict[tuple[object, ...], Any] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_(rule, append_unknown)
        return known[key]

    return builder


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Each test opens a desk, whose engines would each compile every statement anew.

    A compiled statement is kept under its dialect: all of one kind are made alike here, and
    count as one.
    """
    known: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    make = Engine.__init__

    def engine(self: Engine, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self._compiled_cache = known

    patch.setattr(Engine, "__init__", engine)
    patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
    patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
