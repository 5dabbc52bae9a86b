"""A live inbox at one node hears of what another one commits, over one PostgreSQL store.

A thousand messages a second, each its own batch_send to one person, at node A; that person's live
inbox is at node B. From the moment a call is due until its message has come; with NATS between the
nodes, and without, where B looks at the store. Nodes, PostgreSQL, NATS and load share the
machine's cores.
"""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import time

from fanout_client import Fanout
from harness import RUNS, WIDE_LIMITS, Api, session_token, tenant_token
from workloads.batch_send import PATH, TEXT
import organisations

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

A_SECOND, SECONDS, CONNECTIONS = 1000, 3, 64
LATENCY_MAX_MS = 50


def run(bench):
    cluster = PostgresCluster(durable=True, inside=bench.work)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bus = subprocess.Popen(["nats-server", "-a", "127.0.0.1", "-p", str(port)],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        over_bus = measure(bench, cluster, "bus", (f"bus=nats://127.0.0.1:{port}",))
        without = measure(bench, cluster, "look", ())
        what = f"live inbox at another node, {A_SECOND:,} messages a second"
        bench.under("live_nodes_p99_ms", [row["p99"] for row in over_bus], LATENCY_MAX_MS, None,
                    f"{what}, p99 in ms, with a bus")
        bench.under("live_nodes_p50_ms", [row["p50"] for row in over_bus],
                    what=f"{what}, p50 in ms, with a bus")
        bench.under("live_nodes_no_bus_p99_ms", [row["p99"] for row in without],
                    what=f"{what}, p99 in ms, without a bus")
        bench.under("live_nodes_no_bus_p50_ms", [row["p50"] for row in without],
                    what=f"{what}, p50 in ms, without a bus")
        slow = [measure_slow(bench, cluster, settings) for settings in
                ((f"bus=nats://127.0.0.1:{port}",), ())]
        for rows, how in zip(slow, ("with", "without")):
            bench.under(f"live_nodes_rest_{how}_bus_p99_ms", rows,
                        what=f"live inbox at another node, ten messages a second, p99 in ms, {how} "
                             "a bus")
    finally:
        bus.kill()
        bus.wait()
        cluster.remove()


class Pair:
    """Two nodes of one store, and a live inbox at the second."""

    def __init__(self, bench, cluster, name, settings):
        store = cluster.new_store()
        data = organisations.small(bench, f"live_nodes_{name}_{cluster.schemas}", store=store)
        self.a = bench.serve(data, settings=(*WIDE_LIMITS, *settings), store=store)
        other = bench.work / f"{data.name}-b"
        other.mkdir()
        shutil.copy(data / "installation.key", other)
        self.b = bench.serve(other, settings=(*WIDE_LIMITS, *settings), store=store)
        self.calls = [Api(self.a.port) for _ in range(CONNECTIONS)]
        self.app = tenant_token(self.calls[0], *organisations.APP)
        self.person = organisations.SMALL_USERS[0]
        tokens = bench.temp / "live_nodes.tokens"
        tokens.write_text(session_token(self.calls[0], organisations.TENANT, self.person) + "\n",
                          encoding="utf-8")
        self.inbox = Fanout(bench, "ws", self.b.port, 1, path="/api/v1/inbox/live", tokens=tokens,
                            ready='"type":"ready"')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.inbox.stop()
        for call in self.calls:
            call.close()
        self.a.stop()
        self.b.stop()

    def once(self, a_second, count):
        """Milliseconds from when each message was due until the inbox had it, sorted."""
        self.inbox.expect(count)
        began = time.monotonic_ns() + 20_000_000
        due = [began + number * 1_000_000_000 // a_second for number in range(count)]
        body = {"msg_type": "text", "content": {"text": TEXT}, "user_ids": [self.person]}
        for number in range(count):
            call = self.calls[number % CONNECTIONS]
            if number >= CONNECTIONS:
                check(call)
            while (left := due[number] - time.monotonic_ns()) > 0:
                time.sleep(left / 1e9)
            call.send("POST", PATH, self.app, body)
        for number in range(max(0, count - CONNECTIONS), count):
            check(self.calls[number % CONNECTIONS])
        heard = self.inbox.heard()["heard_by_all_ns"]
        return sorted((at - then) / 1e6 for at, then in zip(heard, due))


def measure(bench, cluster, name, settings):
    with Pair(bench, cluster, name, settings) as pair:
        rows = [pair.once(A_SECOND, A_SECOND * SECONDS) for _ in range(RUNS + 1)]
    return [{"p50": row[len(row) // 2], "p99": row[len(row) * 99 // 100]} for row in rows[1:]]


def measure_slow(bench, cluster, settings):
    with Pair(bench, cluster, "rest", settings) as pair:
        rows = [pair.once(10, 30) for _ in range(RUNS + 1)]
    return [row[len(row) * 99 // 100] for row in rows[1:]]


def check(call):
    if b'"code":0' not in call.receive():
        raise RuntimeError("batch_send was refused")
