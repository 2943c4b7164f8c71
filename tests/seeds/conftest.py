"""Desks that a module's tests share, because planting one takes seconds."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from tests.desks import SECRET


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_desk(request, tmp_path_factory) -> Iterator[Desk]:  # type: ignore[no-untyped-def]
    """An empty desk on each kind of database."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "postgresql":
        template = request.getfixturevalue("postgres_template")
        url = request.getfixturevalue("postgres").clone(template)
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "desk.db")
        url = f"sqlite:///{folder}/desk.db"
    desk = open_desk(Settings(data_dir=folder, database_url=url, secret_key=SECRET))
    yield desk
    desk.database.close()


@pytest.fixture
def sqlite_desk(tmp_path_factory, sqlite_template) -> Iterator[Callable[[], Desk]]:  # type: ignore[no-untyped-def]
    """sqlite_desk() -> an empty desk of its own, on SQLite, for what no database does otherwise."""
    desks: list[Desk] = []

    def make() -> Desk:
        folder = tmp_path_factory.mktemp("desk")
        shutil.copy(sqlite_template, folder / "helpdesk.db")
        desks.append(open_desk(Settings(data_dir=folder, database_url="", secret_key=SECRET)))
        return desks[-1]

    yield make
    for desk in desks:
        desk.database.close()
