"""A private PostgreSQL server: TCP on a free port, nothing kept, nothing synced to the disk."""

import shutil
import signal

import psycopg
from psycopg import sql

from tests.servers.child import Child, private_folder, run_to_end
from tests.servers.ports import HOST, free_port
from tests.servers.programs import INITDB, POSTGRES, required

FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "min_wal_size": "2MB",
    "max_connections": "200",
    "unix_socket_directories": "",
    "listen_addresses": HOST,
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresServer:
    """`create("a")` and `clone("a")` answer SQLAlchemy addresses of new databases."""

    host = HOST
    user = "postgres"

    def __init__(self) -> None:
        initdb, self._program = required(INITDB), required(POSTGRES)
        self.port = free_port()
        self.folder = private_folder("postgres", in_memory=True)
        self._data = self.folder / "data"
        self._clones = 0
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        speed = ["--no-sync", "--wal-segsize=1", "--no-instructions"]
        run_to_end([initdb, "--pgdata", str(self._data), *options, *speed], self.folder)
        self.start()

    def start(self) -> None:
        settings = [f"--{name}={value}" for name, value in FAST_AND_FORGETFUL.items()]
        command = [self._program, "-D", str(self._data), "-p", str(self.port), *settings]
        self._child = Child(command, self.folder)
        self._child.wait_until(self._answers)

    def stop(self) -> None:
        """Ends it and its connections, waiting for none of them."""
        self._child.stop(polite=signal.SIGINT)

    def close(self) -> None:
        self._child.stop(polite=signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@{self.host}:{self.port}/{database}"

    def create(self, name: str) -> str:
        """A new empty database."""
        self._execute("CREATE DATABASE {}", name)
        return self.url(name)

    def clone(self, template: str, name: str | None = None) -> str:
        """A copy of a database, in about 50 ms; drop it again, it is 300 files.

        Whoever is still connected to the template is not, afterwards: PostgreSQL copies a
        database only while nobody uses it.
        """
        if name is None:
            self._clones += 1
            name = f"{template}_{self._clones}"
        self._disconnect_all(template)
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database, its connections with it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    @property
    def log(self) -> str:
        return self._child.log

    def _disconnect_all(self, database: str) -> None:
        with self._connection() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )

    def _execute(self, statement: str, *names: str) -> None:
        with self._connection() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self.host, port=self.port, user=self.user, dbname="postgres", autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connection().close()
        except psycopg.OperationalError:
            return False
        return True
