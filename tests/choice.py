"""Which tests run: all, or all but the slow ones. ``tests/conftest.py`` says so at the start."""

from __future__ import annotations

slow = False  # True with --slow, and in CI
