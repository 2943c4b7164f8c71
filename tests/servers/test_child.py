import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.child import Child, identity_of_servers, private_folder
from tests.servers.ports import free_port
from tests.servers.processes import processes_of


def test_it_never_runs_as_root():
    folder = private_folder("child")
    child = Child(["id", "-u"], folder)
    child.process.wait()
    assert child.log.strip() == str(identity_of_servers().uid) != "0"
    shutil.rmtree(folder)


def test_a_group_is_killed_whole(tmp_path):
    command = ["sh", "-c", "sleep 600 & sleep 600"]
    child = Child(command, tmp_path, drop_root=False)
    while len(processes_of(tmp_path)) < 3:
        time.sleep(0.01)
    child.kill()
    assert_soon_empty(tmp_path)


def test_a_stubborn_one_is_stopped_all_the_same(tmp_path):
    child = Child(["sh", "-c", "trap '' TERM; echo on; while :; do sleep 1; done"], tmp_path)
    child.wait_until(lambda: "on" in child.log)
    child.stop(timeout=0.2)
    assert child.process.returncode == -signal.SIGKILL
    assert_soon_empty(tmp_path)


def test_what_an_early_death_said_is_in_the_error(tmp_path):
    child = Child(["sh", "-c", "echo no such port; exit 3"], tmp_path, drop_root=False)
    with pytest.raises(RuntimeError, match="no such port"):
        child.wait_until(lambda: False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_it_dies_with_the_tests_that_started_it(tmp_path):
    root = Path(__file__).parent.parent.parent
    program = (
        "import os, pathlib, time; from tests.servers.child import Child;"
        f"child = Child(['sleep', '600'], pathlib.Path({str(tmp_path)!r}), drop_root=False);"
        f"child.wait_until(lambda: os.readlink(f'/proc/{{child.pid}}/exe').endswith('sleep'));"
        "os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", program], cwd=root, check=False)
    assert died.returncode == -signal.SIGKILL
    assert_soon_empty(tmp_path)


def test_a_port_is_given_once():
    assert len({free_port() for _ in range(50)}) == 50


def assert_soon_empty(folder: Path) -> None:
    deadline = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes_of(folder) == []
    assert os.path.isdir(folder)
