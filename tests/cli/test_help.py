"""Every command explains itself, with an example."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from helpdesk.cli import main
from tests.cli.conftest import Helpdesk

DESIGNED = (
    "run",
    "serve",
    "worker",
    "db upgrade",
    "seed",
    "ingest email",
    "show ticket",
    "reply",
    "reconcile",
    "replay",
    "doctor",
    "token create",
    "search",
    "kb import",
    "kb reindex",
    "bot train",
    "bot test",
    "bot ask",
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


EVERY = [(), *commands(main)]


def test_the_commands_of_the_design_are_there() -> None:
    assert {tuple(name.split()) for name in DESIGNED} <= set(EVERY)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_help_has_an_example_that_begins_as_one_types_it(
    helpdesk: Helpdesk, words: tuple[str, ...]
) -> None:
    said = helpdesk(*words, "--help").stdout
    example = " ".join(said.partition("Example: ")[2].split())
    assert f"helpdesk {' '.join(words)}".strip() in example, said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_command_is_named(helpdesk: Helpdesk) -> None:
    assert "dance" in helpdesk("dance", code=2).sentence
