"""A private Redis server on a free port; it keeps nothing on the disk."""

import shutil
import signal

import redis

from tests.servers.child import Child, private_folder
from tests.servers.ports import HOST, free_port
from tests.servers.programs import REDIS, required


class RedisServer:
    host = HOST

    def __init__(self) -> None:
        self._program = required(REDIS)
        self.port = free_port()
        self.folder = private_folder("redis")
        self.start()

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def start(self) -> None:
        settings = ["--bind", self.host, "--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._child = Child([self._program, "--port", str(self.port), *settings], self.folder)
        self._child.wait_until(self._answers)

    def ensure_running(self) -> None:
        if not self._child.is_running:
            self.start()

    def flush(self) -> None:
        """Forgets everything, so that the next test finds it empty."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        self._child.kill()

    def restart(self) -> None:
        """What it held is gone, as after a crash."""
        self._child.kill()
        self.start()

    def close(self) -> None:
        self._child.stop(polite=signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        return self._child.log

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
