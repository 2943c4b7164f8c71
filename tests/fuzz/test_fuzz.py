"""The fuzz target runs clean for a minute; longer by hand (see ``mail_parser``)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 60
CORPUS = Path(__file__).parent / "corpus"
# A program counts the memory of the one that started it as its own peak, and the fuzzer stops at
# 2 GB: a small shell between them leaves out what the tests of this worker have used.
FRESH = ["sh", "-c", '"$@"; exit $?', "sh"]


@pytest.mark.slow
def test_promise_9_a_minute_of_fuzzing_breaks_neither_parser_nor_splitter(tmp_path: Path) -> None:
    corpus = shutil.copytree(CORPUS, tmp_path / "corpus")
    found = f"-artifact_prefix={tmp_path}/"
    run = subprocess.run(
        [
            *FRESH,
            sys.executable,
            "-m",
            "tests.fuzz.mail_parser",
            f"-max_total_time={SECONDS}",
            found,
            corpus,
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=SECONDS * 5,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert "Done " in run.stderr
