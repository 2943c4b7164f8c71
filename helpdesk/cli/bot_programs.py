"""The bot's own programs, run in its own environment. Each prints one JSON line at its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import IO, Any

import click

from helpdesk.cli import bot_processes
from helpdesk.config import SettingsError, load_settings

ROOT = bot_processes.PYTHON.parent.parent.parent
MISTAKE = 2  # their exit code for what the operator has to change
TAIL = 1500  # characters of what a failed one said


def run(module: str, *words: str, doing: str = "") -> dict[str, Any]:
    """What the program found. It says itself on stderr how far it is; with ``doing`` that is
    shown instead. Raises ``SettingsError`` for a mistake, ``ClickException`` for a failure."""
    if not bot_processes.are_installed():
        raise SettingsError(
            "The bot's environment (.venv-bot) is missing. Install Python 3.10 and run: make setup"
        )
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603  ours
            [str(bot_processes.PYTHON), "-m", module, *words],
            cwd=ROOT, env=_environment(), stdout=answer, stderr=said if doing else None,
        ) as program:  # fmt: skip
            _wait_for(program, doing)
        found = _last_line(answer)
        if program.returncode == 0 and found:
            return found
        error = str(found.get("error") or f"{module} ended with {program.returncode}.")
        if program.returncode == MISTAKE:
            raise SettingsError(error)
        raise click.ClickException(f"{error}\n{_text(said)[-TAIL:]}".strip())


def _environment() -> dict[str, str]:
    models = str(load_settings().bot_models_dir)
    return os.environ | {"HELPDESK_BOT_MODELS": models, "PYTHONPATH": str(ROOT)}


def _wait_for(program: subprocess.Popen[bytes], doing: str) -> None:
    """On a terminal the seconds are counted; elsewhere one line says what is being done."""
    ticks = bool(doing) and sys.stderr.isatty()
    if doing and not ticks:
        click.echo(f"{doing} ...", err=True)
    started = time.monotonic()
    while True:
        try:
            program.wait(timeout=1)
            break
        except subprocess.TimeoutExpired:
            if ticks:
                click.echo(f"\r{doing} ... {time.monotonic() - started:.0f} s", nl=False, err=True)
    if ticks:
        click.echo("", err=True)


def _last_line(answer: IO[bytes]) -> dict[str, Any]:
    lines = _text(answer).strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
