"""How well, and how fast, replies are parted from what they quote.

    python -m benchmarks.replies
    python -m benchmarks.replies FOLDER

FOLDER is an outside corpus with ``replies.jsonl``: a line a mail, with the text that people expect.
Without it (and without HELPDESK_MAIL_CORPUS) only the hostile text is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, table
from channels.email.bodies import read_body
from channels.email.charsets import decode
from channels.email.html_quotes import fold_quotes
from channels.email.html_text import html_to_text
from channels.email.quotes import new_text
from channels.email.structure import parse_structure

BESIDE = Path(__file__).parents[2] / "shared" / "mail-corpus"
SIZE = 256_000  # characters of hostile text
LIMIT = 0.5  # seconds
MOST_MISSED = 4

HOSTILE = (
    "On ", "wrote:\n", "On 1.1.2020 a\n", ">\n", " ", "\n", "From: a\n", "From: a\nb\nc\n", "-",
    "--\n", "_" * 30 + "\n", "On 1/1/20 b@c\n> q\nwrote:\n", "a@b 1/1/2020\n", "发件人：a\n",
    "在 2020年1月1日\n写道\n", "Sent from my a ", "*", "：", "-----Original Message\n", "<" * 50,
)  # fmt: skip
HOSTILE_HTML = (
    "<blockquote>", "<div>From:", "<p>wrote:<br>", "<b>From: a<br>", "<table><tr><td>a",
    "<p>words that fill a line, more or less</p><blockquote>and a quoted line</blockquote>",
    "<div><hr>From: somebody with a name, and a line that is long enough<br>",
)  # fmt: skip


def run(corpus: Path | None = None) -> list[Figure]:
    in_text, in_html = _slowest(HOSTILE, new_text), _slowest(HOSTILE_HTML, fold_quotes)
    figures = [
        Figure("replies", "256 kB of hostile text, at worst", in_text, "s", LIMIT),
        Figure("replies", "256 kB of hostile HTML, at worst", in_html, "s", LIMIT),
    ]
    folder = corpus or Path(os.environ.get("HELPDESK_MAIL_CORPUS", BESIDE))
    if not (folder / "replies.jsonl").is_file():
        return figures
    wrong, count = missed(folder), len(expectations(folder))
    note = f"{count - len(wrong)} of {count} met; missed: {', '.join(wrong) or 'none'}"
    return [
        *figures,
        Figure("replies", "expectations missed", len(wrong), f"of {count}", MOST_MISSED, note),
    ]


def _slowest(units: tuple[str, ...], work: Any) -> float:
    """The most processor seconds that any of them costs, repeated to ``SIZE``."""
    spent = []
    for unit in units:
        text = (unit * (SIZE // len(unit) + 1))[:SIZE]
        began = time.process_time()
        work(text)
        spent.append(time.process_time() - began)
    return max(spent)


def expectations(corpus: Path) -> list[dict[str, Any]]:
    lines = (corpus / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def missed(corpus: Path) -> list[str]:
    """The files whose new text is not what people expect."""
    return [each["file"] for each in expectations(corpus) if not _is_met(each, _said(corpus, each))]


def _said(corpus: Path, expected: dict[str, Any]) -> str:
    raw = (corpus / expected["file"]).read_bytes()
    if expected["kind"] == "eml-text":
        return new_text(read_body(parse_structure(raw)).text)
    text = decode(raw)
    return new_text(html_to_text(text) if expected["kind"] == "html" else text)


def _is_met(expected: dict[str, Any], found: str) -> bool:
    exact = expected.get("exact")
    no_space = expected.get("exact_nospace")
    return (
        (exact is None or found.strip() == exact.strip())
        and (no_space is None or "".join(found.split()) == no_space)
        and all(part in found for part in expected.get("contains", ()))
        and not any(part in found for part in expected.get("not_contains", ()))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path, nargs="?", metavar="FOLDER")
    print(table(run(parser.parse_args().corpus)))


if __name__ == "__main__":
    main()
