"""Questions to the desk, read only, over HTTP. The desk decides what may be told."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any
from urllib.parse import quote

import requests

from bot.actions.turn import Turn

TIMEOUT = 2.5  # seconds: the desk itself gives the bot five
_log = logging.getLogger(__name__)
_session = requests.Session()
_session.trust_env = False  # the desk is on this machine or beside it; a proxy would be in the way


class DeskSilent(Exception):
    """The desk did not answer, or not with what was asked for."""


async def search(turn: Turn, question: str) -> dict[str, Any]:
    """``{outcome: answer|offer|unknown, confidence, articles}``. Raises ``DeskSilent``."""
    asked = {"q": question[:1000], "lang": turn.language}
    found = await _get("/bot/search", turn, asked)
    if found.get("outcome") not in ("answer", "offer", "unknown"):
        raise DeskSilent("the search gave no outcome")
    return found


async def order(turn: Turn, number: str) -> dict[str, Any]:
    """``{state: verified|unproved|unknown, order}``. Raises ``DeskSilent``."""
    found = await _get(f"/bot/orders/{quote(number, safe='')}", turn, {})
    if found.get("state") not in ("verified", "unproved", "unknown"):
        raise DeskSilent("the order has no state")
    return found


async def _get(path: str, turn: Turn, asked: dict[str, Any]) -> dict[str, Any]:
    place = {name: turn.metadata.get(name, "") for name in ("ticket", "epoch")}
    return await asyncio.get_running_loop().run_in_executor(None, _fetch, path, asked | place)


def _fetch(path: str, asked: dict[str, Any]) -> dict[str, Any]:
    url = os.environ.get("HELPDESK_URL", "http://127.0.0.1:8000").rstrip("/")
    token = os.environ.get("HELPDESK_BOT_TOKEN", "")
    try:
        answer = _session.get(
            url + path,
            params=asked,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as fault:
        _log.warning("the desk did not answer %s: %s", path, type(fault).__name__)
        raise DeskSilent(path) from fault
    if answer.status_code != 200 or not isinstance(found, dict):
        raise DeskSilent(path)
    return found
