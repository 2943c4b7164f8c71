from redis import Redis

from tests.servers.processes import processes_of
from tests.servers.redis import RedisServer


def test_each_test_finds_it_empty(redis):
    with Redis.from_url(redis.url) as client:
        assert client.keys() == []
        client.set("left", "behind")
    redis.flush()
    with Redis.from_url(redis.url) as client:
        assert client.keys() == []


def test_a_crash_forgets_everything():
    server = RedisServer()
    with Redis.from_url(server.url) as client:
        client.set("a", "b")
    server.restart()
    with Redis.from_url(server.url) as client:
        assert client.get("a") is None

    server.close()
    assert processes_of(server.folder) == []
    assert not server.folder.exists()
