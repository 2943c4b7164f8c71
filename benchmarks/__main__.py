"""Every figure of the README in one table.

    python -m benchmarks                     # minutes
    python -m benchmarks --full              # the million-row runs, too
    python -m benchmarks --only pages mail --json figures.json

Missed targets are marked; what breaks, and what was lost or doubled, makes the exit code differ
from 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    bot,
    browser,
    importing,
    knowledge,
    mail,
    mailbox,
    merging,
    open_pages,
    pages,
    replies,
    talk,
    weight,
)
from benchmarks.figures import Figure, faults, table

GROUPS = (
    *("pages", "weight", "browser", "mail", "mailbox", "replies", "chat", "open_pages"),
    *("merging", "import", "knowledge", "bot"),
)


def runs(cache: Path, *, full: bool) -> dict[str, Callable[[], list[Figure]]]:
    return {
        "pages": lambda: pages.run(cache, full=full),
        "weight": lambda: weight.run(cache),
        "browser": lambda: browser.run(cache),
        "mail": mail.run,
        "mailbox": mailbox.run,
        "replies": replies.run,
        "chat": talk.run,
        "open_pages": open_pages.run,
        "merging": merging.run,
        "knowledge": lambda: knowledge.run(cache),
        "bot": lambda: bot.run(cache),
        "import": importing.run,
    }


def main() -> int:
    asked = _asked()
    figures: list[Figure] = []
    broken = []
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        for name, run in runs(asked.cache or Path(folder), full=asked.full).items():
            if name not in asked.only:
                continue
            started = time.monotonic()
            try:
                figures += run()
            except Exception:
                traceback.print_exc()
                broken.append(name)
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    if asked.json:
        asked.json.write_text(json.dumps([one.as_json() for one in figures], indent=1) + "\n")
    broken += faults(figures)
    if broken:
        print(f"Broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--full", action="store_true", help="with a million tickets, too")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures there")
    parser.add_argument("--cache", type=Path, help="folder that keeps the seeded databases")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
