"""A server as a child process: unprivileged, in its own group, dead when the tests are dead."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    user: str
    group: str
    uid: int
    gid: int


def identity_of_servers() -> Account:
    """Who the servers run as: never root, since dovecot and PostgreSQL refuse that or need more."""
    account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(account.pw_gid).gr_name
    return Account(account.pw_name, group, account.pw_uid, account.pw_gid)


MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000  # bytes that must be free there


def private_folder(name: str, *, in_memory: bool = False) -> Path:
    """A new folder that belongs to the servers' user. Short, since sockets' paths must be.

    ``in_memory``: on a file system in memory, where the machine has one with room.
    """
    root = MEMORY if in_memory and _has_room(MEMORY) else Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix=f"desk-{name}-", dir=root))
    hand_over(folder)
    return folder


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def hand_over(path: Path) -> None:
    account = identity_of_servers()
    os.chown(path, account.uid, account.gid)


class Child:
    """One process with its log. When the tests are root's, `drop_root` runs it as nobody.

    Start it from the main thread: Linux ends it together with the thread that started it.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        drop_root: bool = True,
    ) -> None:
        self.log_path = folder / f"{Path(command[0]).name}.log"
        with self.log_path.open("ab") as log:
            if drop_root:
                hand_over(self.log_path)
            self.process = subprocess.Popen(
                [*tied_to_this_process(), *command],
                cwd=folder,
                env=dict(environment) if environment is not None else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **identity(drop_root),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], timeout: float = 30) -> None:
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.is_running:
                raise RuntimeError(f"It ended with {self.process.returncode}. Its log:\n{self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"It was not ready after {timeout} s. Its log:\n{self.log}")
            time.sleep(0.02)

    def stop(self, polite: signal.Signals = signal.SIGTERM, timeout: float = 10) -> None:
        """Asks it to stop, and makes it: nothing of its group is left afterwards."""
        if self.is_running:
            self.process.send_signal(polite)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """kill -9, for it and for what it started; its ports are free afterwards."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + 2
        while somebody_lives_in(self.pid) and time.monotonic() < deadline:
            time.sleep(0.005)


def somebody_lives_in(group: int) -> bool:
    """Whether a process group has a member that is more than a zombie nobody has asked for yet."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def tied_to_this_process() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def identity(drop_root: bool) -> dict[str, Any]:
    if not drop_root or os.geteuid() != 0:
        return {}
    account = identity_of_servers()
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def run_to_end(command: Sequence[str], folder: Path) -> None:
    """Runs a program that ends by itself, as the servers' user; its words are in the error."""
    outcome = subprocess.run(
        list(command),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **identity(True),
    )
    if outcome.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{outcome.stdout}")
