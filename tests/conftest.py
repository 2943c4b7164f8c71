"""Fixtures that every room shares: the private servers, the browser, and the slow marker."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import choice
from tests.quick import quick
from tests.servers.desk_process import DeskProcess
from tests.servers.dovecot import DovecotServer, Mailbox
from tests.servers.planted import Nursery
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer
from tests.servers.smtp_process import SmtpProcess
from tests.servers.smtp_sink import SmtpSink

pytest_plugins = ["tests.desks"]

PICTURES = Path("var/test-pictures")
SECOND_IS_SLOW = tuple(
    f"tests/{room}"
    for room in ("api/", "cli/", "promises/test_promise_1", "promises/test_promise_8", "surveys/",
                 "threading/", "turns/", "web/", "widget/")
)  # fmt: skip
SLOW_LEFT_OUT = pytest.StashKey[int]()
FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    choice.slow = bool(config.getoption("--slow")) or os.environ.get("CI") == "true"
    # aiosmtpd warns about itself at every login.
    config.addinivalue_line("filterwarnings", "ignore:Session.login_data:DeprecationWarning")


# The slow tests


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="the slow tests too, as with CI=true")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if choice.slow:
        return
    slow = [item for item in items if _is_slow(item)]
    items[:] = [item for item in items if item not in set(slow)]
    config.hook.pytest_deselected(items=slow)
    config.stash[SLOW_LEFT_OUT] = len(slow)


def _is_slow(item: pytest.Item) -> bool:
    """Marked so, or once more over PostgreSQL what is tried over SQLite, behind pages and commands:
    actions and queries, which know of the database, are tried over both at once."""
    if item.get_closest_marker("slow"):
        return True
    of_database = getattr(item, "callspec", None)
    is_second = of_database and of_database.params.get("database_url") == "postgresql"
    return bool(is_second) and item.nodeid.startswith(SECOND_IS_SLOW)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        left_out = session.config.stash.get(SLOW_LEFT_OUT, 0)
        session.config.workeroutput["slow_left_out"] = left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:  # type: ignore[no-untyped-def]
    """Every worker collects the same tests, so any one of them knows the number."""
    left_out = getattr(node, "workeroutput", {}).get("slow_left_out", 0)
    node.config.stash[SLOW_LEFT_OUT] = max(node.config.stash.get(SLOW_LEFT_OUT, 0), left_out)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:  # type: ignore[no-untyped-def]
    if left_out := config.stash.get(SLOW_LEFT_OUT, 0):
        terminalreporter.write_line(
            f"Slow tests left out: {left_out} (CI=true or --slow runs them)"
        )


@pytest.fixture(autouse=True, scope="session")
def quick_tests() -> Iterator[None]:
    with quick():
        yield


# Servers: started by the first test of a worker that asks, ended with it


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def redis(redis_server: RedisServer) -> RedisServer:
    """Running and empty."""
    redis_server.ensure_running()
    redis_server.flush()
    return redis_server


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[DovecotServer]:
    server = DovecotServer()
    yield server
    server.close()


@pytest.fixture
def mailbox(dovecot_server: DovecotServer) -> Mailbox:
    """An empty account of its own for each test."""
    dovecot_server.ensure_running()
    return dovecot_server.mailbox()


@pytest.fixture(scope="session")
def smtp_sink_server() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    yield sink
    sink.close()


@pytest.fixture
def smtp_sink(smtp_sink_server: SmtpSink) -> SmtpSink:
    """Running, empty and well-behaved."""
    smtp_sink_server.reset()
    return smtp_sink_server


@pytest.fixture(scope="session")
def smtp_process_server() -> Iterator[SmtpProcess]:
    server = SmtpProcess()
    yield server
    server.close()


@pytest.fixture
def smtp_process(smtp_process_server: SmtpProcess) -> SmtpProcess:
    """A mail server that can be killed for real; running and empty."""
    smtp_process_server.reset()
    return smtp_process_server


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Nursery:
    """nursery.plant(desk) -> the demo company in a desk that has not started yet."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return Nursery(shared)


@pytest.fixture
def start_desk(tmp_path: Path) -> Iterator[Callable[..., DeskProcess]]:
    """start_desk(database_url="", **{"HELPDESK_REDIS_URL": ...}) -> a desk that answers."""
    desks: list[DeskProcess] = []

    def start(database_url: str = "", **settings: str) -> DeskProcess:
        desk = DeskProcess(tmp_path / f"desk-{len(desks) + 1}", database_url, settings)
        desks.append(desk)
        return desk.start()

    yield start
    for desk in desks:
        desk.stop(timeout=5)


# The browser


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium a worker; while it runs, asyncio.run() fails in this thread."""
    from tests.servers.chromium import running_browser

    with running_browser() as browser:
        yield browser


@pytest.fixture
def windows(browser, request: pytest.FixtureRequest) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """windows.open(url, locale=..., phone=True) -> a page; each has its own cookies."""
    from tests.servers.chromium import Windows

    windows = Windows(browser, PICTURES)
    yield windows
    if request.node.stash.get(FAILED, False):
        windows.take_pictures(request.node.name)
    windows.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
