"""The desk itself as a real child process, to be called, killed and started again."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.child import Child
from tests.servers.ports import HOST, free_port

HELPDESK = Path(sys.executable).with_name("helpdesk")
PATIENCE = 60


@dataclass
class DeskProcess:
    """`helpdesk serve` on a data folder that outlives it.

    With no `database_url` it is SQLite in that folder. `settings` are HELPDESK_* variables of the
    test's own; those that happen to be set on this machine do not reach it.
    """

    data_dir: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    _child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HELPDESK_")}
        return (
            inherited
            | {
                "HELPDESK_DATABASE_URL": self.database_url or f"sqlite:///{self.data_dir}/desk.db",
                "HELPDESK_DATA_DIR": str(self.data_dir),
                "HELPDESK_HOST": HOST,
                "HELPDESK_PORT": str(self.port),
                "HELPDESK_PUBLIC_URL": self.url,
                "HELPDESK_SECRET_KEY": "not-a-secret-but-long-enough-for-a-test",
                "HELPDESK_SMTP_LISTEN": f"{HOST}:{self.smtp_port}",
                "HELPDESK_ENCODER": "none",
                "PYTHONUNBUFFERED": "1",
            }
            | self.settings
        )

    def run(
        self, *words: str, stdin: str = "", expect: int | None = 0, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """`helpdesk words...` on the same data; `expect` is its exit code, None for any."""
        outcome = subprocess.run(
            [str(HELPDESK), *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if expect is not None:
            said = f"{outcome.stdout}\n{outcome.stderr}"
            assert outcome.returncode == expect, f"helpdesk {' '.join(words)}: {said}"
        return outcome

    def start(self, *words: str) -> "DeskProcess":
        """Makes the schema where there is none, serves, and returns when the desk answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if self.database_url or not (self.data_dir / "desk.db").exists():  # else a desk was here
            self.run("db", "upgrade")
        command = [str(HELPDESK), *(words or ("serve",))]
        self._child = Child(command, self.data_dir, environment=self.environment, drop_root=False)
        self._child.wait_until(self.is_healthy, timeout=PATIENCE)
        return self

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """kill -9, with everything that it started."""
        if self._child:
            self._child.kill()

    def stop(self, polite: signal.Signals = signal.SIGTERM, timeout: float = 20) -> None:
        if self._child:
            self._child.stop(polite, timeout)

    def restart(self) -> "DeskProcess":
        self.stop()
        return self.start()

    @property
    def pid(self) -> int:
        assert self._child, "not started yet"
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        return self._child.process.poll() if self._child else None

    @property
    def log(self) -> str:
        return self._child.log if self._child else ""
