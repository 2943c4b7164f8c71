"""axe-core on an open page: what would keep somebody from seeing, reaching or understanding it.

The rules are those of WCAG 2.2 A and AA, and axe's own of good practice.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests import choice

SCRIPT = Path(__file__).resolve().parent.parent.parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LARGE, PHONE = (1280, 800), (390, 844)
Look = tuple[Literal["light", "dark"], tuple[int, int]]
LOOKS: list[Look] = [
    ("light", LARGE),
    ("dark", PHONE),
    ("light", PHONE),
    ("dark", LARGE),
]

_RUN = """async (rules) => {
  const options = {resultTypes: ["violations"], runOnly: {type: "tag", values: rules}};
  const {violations} = await axe.run(document, options);
  return violations.flatMap((one) => one.nodes.map(
    (node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """One line for each element of the page, frames included, that breaks a rule."""
    for frame in page.frames:
        frame.evaluate(_script())
    found: list[str] = page.evaluate(_RUN, RULES)
    return found


def violations_in_every_look(page: Page, turn: int | None = None) -> list[str]:
    """Light and dark, large and on a phone; also whether a phone must be scrolled sideways.

    Without the slow tests: light on a large window, and dark on a phone; or one of the two, where
    a page is looked at in several languages and it is the ``turn`` of one.
    """
    found: list[str] = []
    for scheme, (width, height) in _looks(turn):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{scheme} {width}: {fault}" for fault in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{scheme} {width}: the page scrolls sideways")
    return found


def _looks(turn: int | None) -> list[Look]:
    if choice.slow:
        return LOOKS
    return LOOKS[:2] if turn is None else [LOOKS[turn % 2]]


@cache
def _script() -> str:
    assert SCRIPT.exists(), "axe-core is not installed. Run: .ci/setup test"
    return SCRIPT.read_text()
