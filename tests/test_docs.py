"""The documents are part of the product: nothing a person can set or call is missing from them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from helpdesk.cli import main
from helpdesk.config import Settings
from helpdesk.desk import channels_of

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PROSE = OPERATIONS + "".join(
    (ROOT / name).read_text() for name in ("README.md", "docs/architecture.md")
)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_as_it_is(name: str) -> None:
    line = next(
        (x for x in OPERATIONS.splitlines() if x.startswith(f"| `HELPDESK_{name.upper()}` |")), ""
    )
    assert line, f"HELPDESK_{name.upper()} is missing from docs/operations.md"
    assert str(Settings.model_fields[name].description) in line


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"helpdesk {name}" in PROSE


def commands(group: click.Group, path: str = "helpdesk") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        found.append((f"{path} {name}", command))
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
    return found


@pytest.mark.parametrize(("path", "command"), commands(main), ids=lambda x: str(x)[:40])
def test_every_command_has_an_example(path: str, command: click.Command) -> None:
    assert "Example: " in (command.help or ""), path
    assert path in (command.help or ""), path


def test_every_channel_has_titled_settings(tmp_path: Path) -> None:
    for channel in channels_of(Settings(data_dir=tmp_path)):
        for name, field in channel.settings_model.model_fields.items():
            assert field.title, f"{channel.name}.{name} has no title for the admin form"
