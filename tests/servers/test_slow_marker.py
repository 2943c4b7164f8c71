import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TESTS = """
import pytest

def test_quick(): pass

@pytest.mark.slow
def test_slow(): pass
"""


def run(folder: Path, *options: str, ci: str = "") -> list[str]:
    """The lines that pytest printed for one quick and one slow test."""
    (folder / "test_two.py").write_text(TESTS)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest"]
    outcome = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options, str(folder / "test_two.py")],
        cwd=ROOT,
        env=inherited | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout.strip().splitlines()


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_slow_tests_are_left_out_and_that_is_said(tmp_path, workers):
    lines = run(tmp_path, "-n", workers)
    assert "Slow tests left out: 1 (CI=true or --slow runs them)" in lines
    assert lines[-1].startswith("1 passed")


@pytest.mark.slow
def test_slow_tests_run_when_asked_for_and_on_ci(tmp_path):
    assert run(tmp_path, "--slow")[-1].startswith("2 passed")
    assert run(tmp_path, ci="true")[-1].startswith("2 passed")
