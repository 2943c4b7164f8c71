import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.servers.postgres import PostgresServer
from tests.servers.processes import processes_of


def test_a_clone_holds_what_the_template_held(postgres):
    engine = create_engine(postgres.create("template_of_a_desk"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tickets AS SELECT 42 AS id, '退款' AS subject"))

    clone = create_engine(postgres.clone("template_of_a_desk"))
    with clone.connect() as connection:
        assert connection.execute(text("SELECT id, subject FROM tickets")).all() == [(42, "退款")]

    assert str(clone.url) != str(postgres.clone("template_of_a_desk"))
    engine.dispose()
    clone.dispose()


def test_a_dropped_database_is_gone_though_somebody_is_connected(postgres):
    address = postgres.create("short_lived").replace("+psycopg", "")
    connection = psycopg.connect(address)
    postgres.drop("short_lived")

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_it_can_be_stopped_and_started_with_its_data():
    server = PostgresServer()
    server.create("kept")
    server.stop()
    server.start()
    psycopg.connect(server.url("kept").replace("+psycopg", "")).close()

    server.close()
    assert processes_of(server.folder) == []
    assert not server.folder.exists()
