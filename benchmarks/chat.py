"""Chat under load: how long from a POST until the other side's GET has the message.

    python -m benchmarks.chat --mode sqlite      # one process, threads
    python -m benchmarks.chat --mode scaled      # two gevent workers, PostgreSQL, Redis
    python -m benchmarks.chat --sockets 100 --seconds 10

Real sockets, real logins, real pulls; every message is looked for again at the end.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.accounting import cpu_seconds, memory
from tests.servers.desk_process import DeskProcess

VISITOR_PROCESSES = 2
AGENTS = 8


class Client:
    """One process of people."""

    def __init__(self, plan, module="chat_clients"):
        command = [sys.executable, "-m", f"benchmarks.{module}"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._tell(json.dumps(plan))

    def wait(self):
        line = self._process.stdout.readline()
        assert line == "ready\n", f"a client of the benchmark broke: {line}"

    def go_on(self):
        self._tell("go")

    def result(self):
        result = json.loads(self._process.stdout.readline())
        self._process.wait(timeout=30)
        return result

    def _tell(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def measure(desk, *, sockets, rate, seconds):
    """The figures of one run against a running desk."""
    agents = Client(
        {"as": "agents", "url": desk.url, "count": AGENTS, "rate": rate / 2, "seconds": seconds}
    )
    agents.wait()
    share = {"count": sockets // VISITOR_PROCESSES, "rate": rate / 2 / VISITOR_PROCESSES}
    plan = {"as": "visitors", "url": desk.url, "seconds": seconds, **share}
    clients = [Client(plan) for _ in range(VISITOR_PROCESSES)]
    for client in clients:
        client.wait()
    come_to_rest(desk)
    clients.append(agents)
    cpu = used_meanwhile(desk, clients)
    time.sleep(3)  # what is still under way may arrive
    for client in clients:
        client.go_on()
    return figures([client.result() for client in clients], cpu, int(memory(desk.pid)[0]))


def come_to_rest(desk, patience=90):
    """Wait until what the connecting set off is done: else the measuring starts in a queue."""
    ends = time.time() + patience
    while time.time() < ends:
        before = cpu_seconds(desk.pid)
        time.sleep(1)
        if cpu_seconds(desk.pid) - before < 0.1:
            return


def used_meanwhile(desk, clients):
    """The desk's processor seconds while the clients take their next step."""
    before = cpu_seconds(desk.pid)
    for client in clients:
        client.go_on()
    for client in clients:
        client.wait()
    return cpu_seconds(desk.pid) - before


def figures(results, cpu, megabytes):
    sent, seen, there = {}, {}, []
    for result in results:
        sent |= result["sent"]
        for text, at in result["seen"].items():
            seen[text] = min(at, seen.get(text, at))
        there += result["there"]
    delays = sorted((seen[text] - at) * 1000 for text, at in sent.items() if text in seen)
    cut = statistics.quantiles(delays, n=100)
    return {
        "messages": len(sent),
        "p50_ms": round(cut[49], 1),
        "p95_ms": round(cut[94], 1),
        "p99_ms": round(cut[98], 1),
        "worst_ms": round(delays[-1], 1),
        "not_seen": len(sent.keys() - seen.keys()),
        "lost": len(sent.keys() - set(there)),
        "doubled": len(there) - len(set(there)),
        "cpu_ms_per_message": round(cpu * 1000 / max(1, len(sent)), 1),
        "memory_mb": megabytes,
    }


def prepare(desk):
    """The inbox and the agent that the clients use."""
    from helpdesk.actions.agents import add_agent
    from helpdesk.actions.inboxes import add_inbox
    from helpdesk.config import load_settings
    from helpdesk.desk import opened
    from helpdesk.rules.actor import SYSTEM, Role

    ours = {k: v for k, v in desk.environment.items() if k.startswith("HELPDESK_")}
    with patch.dict(os.environ, ours), opened(load_settings()) as wired:
        add_inbox(wired, SYSTEM, channel="chat", address="demo", name="Shop")
        add_agent(
            wired, SYSTEM, email="mei@tarnfold.example", name="Mei Chen",
            password="ridge-to-valley", role=Role.ADMIN,
        )  # fmt: skip


LIMITS = {"HELPDESK_CHATS_PER_ADDRESS": "100000", "HELPDESK_LOGIN_ATTEMPTS": "1000"}


def run(mode, *, sockets=500, rate=20.0, seconds=30.0):
    """One run on a fresh desk of its own; the figures, as a dict."""
    with fresh_desk(mode, sockets=sockets + AGENTS) as desk:
        return measure(desk, sockets=sockets, rate=rate, seconds=seconds)


@contextmanager
def fresh_desk(mode, *, sockets):
    """A desk that runs, with an inbox and an agent, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="chat-bench-", ignore_cleanup_errors=True) as folder:
        if mode == "sqlite":
            threads = {"HELPDESK_THREADS": str(sockets + 64)}
            with _started(DeskProcess(Path(folder), "", LIMITS | threads)) as desk:
                yield desk
            return
        from tests.servers.postgres import PostgresServer
        from tests.servers.redis import RedisServer

        postgres, redis = PostgresServer(), RedisServer()
        try:
            scaled = {
                "HELPDESK_ASYNC_MODE": "gevent",
                "HELPDESK_WORKERS": "2",
                "HELPDESK_REDIS_URL": redis.url,
            }
            database = postgres.create("chat")
            with _started(DeskProcess(Path(folder), database, LIMITS | scaled)) as desk:
                yield desk
        finally:
            postgres.close()
            redis.close()


@contextmanager
def _started(desk):
    desk.start()
    try:
        prepare(desk)
        yield desk
    finally:
        desk.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mode", choices=("sqlite", "scaled"), default="sqlite")
    parser.add_argument("--sockets", type=int, default=500, help="connected visitors")
    parser.add_argument(
        "--rate", type=float, default=20, help="messages a second, both ways together"
    )
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    found = run(asked.mode, sockets=asked.sockets, rate=asked.rate, seconds=asked.seconds)
    print(json.dumps({"mode": asked.mode, "sockets": asked.sockets, **found}))


if __name__ == "__main__":
    main()
