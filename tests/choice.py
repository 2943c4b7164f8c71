"""Which tests run: all, or all but the slow ones."""

from __future__ import annotations

import os

import pytest


def is_slow(config: pytest.Config) -> bool:
    """Whether the slow tests run too: with ``--slow``, and in CI."""
    return bool(config.getoption("--slow")) or os.environ.get("CI") == "true"
