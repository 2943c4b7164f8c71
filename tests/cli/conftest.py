from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from helpdesk.cli import main
from tests.desks import SECRET


@dataclass(frozen=True)
class Said:
    """What a command wrote, and how it ended."""

    stdout: str
    stderr: str
    code: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects, one a line, and nothing else beside them."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def sentence(self) -> str:
        """The one thing that was said of a mistake."""
        return self.stderr.strip()


Helpdesk = Callable[..., Said]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "HELPDESK_DATABASE_URL": database_url,
        "HELPDESK_DATA_DIR": str(tmp_path / "data"),
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_SMTP_LISTEN": "",
        "HELPDESK_ENCODER": "none",
    }


@pytest.fixture
def helpdesk(environment: dict[str, str]) -> Helpdesk:
    """helpdesk("show", "ticket", "1", "--json") -> what the command said, in this process."""

    def run(*words: str, code: int = 0, stdin: str | None = None, **more: str) -> Said:
        runner = CliRunner(env=environment | more)
        result = runner.invoke(main, words, input=stdin)
        raised = result.exception
        assert raised is None or isinstance(raised, SystemExit), "".join(
            traceback.format_exception(raised)
        )
        said = Said(result.stdout, result.stderr, result.exit_code)
        assert said.code == code, f"helpdesk {' '.join(words)}: {said}"
        assert "Traceback" not in (said.stdout + said.stderr if code else said.stdout)
        return said

    return run


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder for mails."""
    folder = tmp_path / "mails"
    folder.mkdir()
    return folder
