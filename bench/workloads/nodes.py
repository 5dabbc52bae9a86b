"""One store and 1, 2 and 4 nodes: what is shared and what is not.

batch_send to two people and get_progress, calls a second of all nodes together, each node with its
share of the connections; CPU a call of the nodes and of PostgreSQL; what a batch leaves in the log
of changes and, by the size of its audience, in all tables. Nodes, PostgreSQL and load share the
machine's cores: where it has few, more nodes have less CPU each, and only the CPU a call says what
machines of their own would do.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

from harness import RUNS, WIDE_LIMITS, Api, request, session_tokens, tenant_token
from workloads.batch_send import PATH, TEXT
import organisations

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

NODES = (1, 2, 4)
CONNECTIONS = (48, 480)  # of all nodes together
SECONDS = 1
PEOPLE, DEPARTMENTS = 20_000, 200  # a hundred in each
BATCHES = 300
READERS, READ = 2000, 20  # people, batches that each reads a call


def run(bench):
    cluster = PostgresCluster(durable=True, inside=bench.work)
    try:
        for count in NODES:
            measure(bench, cluster, count)
        weigh(bench, cluster)
    finally:
        cluster.remove()


def measure(bench, cluster, count):
    store = cluster.new_store()
    schema = f"store{cluster.schemas}"
    data = organisations.small(bench, f"nodes{count}", store=store)
    nodes = [bench.serve(data, settings=WIDE_LIMITS, store=store)]
    for number in range(1, count):
        other = bench.work / f"nodes{count}-{number}"
        other.mkdir()
        shutil.copy(data / "installation.key", other)
        nodes.append(bench.serve(other, settings=WIDE_LIMITS, store=store))
    try:
        api = Api(nodes[0].port)
        token = tenant_token(api, *organisations.APP)
        people = organisations.SMALL_USERS[:2]
        body = {"msg_type": "text", "content": {"text": TEXT}, "user_ids": people}
        batch = api.call("POST", PATH, token, body)["data"]["message_id"]
        api.close()
        send = request("POST", PATH, token, json.dumps(body))
        ask = request("GET", f"/open-apis/im/v1/batch_messages/{batch}/get_progress", token)
        some = f"{count} node{'s'[:count > 1]}"
        if count == 1:
            alone, entry, _ = several(bench, cluster, schema, nodes, send, 1)
            bench.at_least("nodes_1_1_send", [row["rate"] for row in alone],
                           what="`batch_send` a second, 1 node, 1 connection")
            bench.under("nodes_1_1_log", entry,
                        what="`batch_send`, 1 node, 1 connection: bytes a batch in the log")
        for connections in CONNECTIONS:
            with_them = f"{some}, {connections} connections"
            name = f"nodes_{count}_{connections}"
            sent, entry, group = several(bench, cluster, schema, nodes, send, connections)
            asked, _, _ = several(bench, cluster, schema, nodes, ask, connections)
            for call, key, rows in (("`batch_send`", "send", sent),
                                    ("`get_progress`", "ask", asked)):
                bench.at_least(f"{name}_{key}", [row["rate"] for row in rows],
                               what=f"{call} a second, {with_them}")
                bench.under(f"{name}_{key}_cpu", [row["nodes_us"] for row in rows],
                            what=f"{call}, {with_them}: CPU a call of all nodes, us")
                bench.under(f"{name}_{key}_postgres_cpu", [row["store_us"] for row in rows],
                            what=f"{call}, {with_them}: CPU a call of PostgreSQL, us")
            bench.at_least(f"{name}_group", group,
                           what=f"`batch_send`, {with_them}: batches a commit")
            bench.under(f"{name}_log", entry,
                        what=f"`batch_send`, {with_them}: bytes a batch in the log")
    finally:
        for node in nodes:
            node.stop()


def several(bench, cluster, schema, nodes, template, connections):
    """A warm-up and RUNS runs; with it bytes of the log a call, and calls a commit."""
    log = f"SELECT count(*) || ' ' || coalesce(sum(octet_length(entry)), 0) FROM {schema}.changes"
    entries, size = map(int, cluster.ask(log).split())
    rows = [once(bench, cluster, nodes, template, connections) for _ in range(RUNS + 1)]
    more, larger = map(int, cluster.ask(log).split())
    calls = sum(row["calls"] for row in rows)
    return rows[1:], (larger - size) / calls, calls / max(more - entries, 1)


def once(bench, cluster, nodes, template, connections):
    file = bench.temp / "nodes-request"
    file.write_bytes(template.encode())
    before = sum(node.cpu_seconds() for node in nodes), store_seconds(cluster)
    loads = [subprocess.Popen([bench.programs / "load", "--port", str(node.port), "--request", file,
                               "--connections", str(max(1, connections // len(nodes))),
                               "--seconds", str(SECONDS)], stdout=subprocess.PIPE, text=True)
             for node in nodes]
    results = [json.loads(load.communicate()[0]) for load in loads]
    for result in results:
        if result["failures"]:
            raise RuntimeError(f"load: {result['failures']} failures, {result['first_failure']}")
    calls = sum(result["requests"] for result in results)
    return {"calls": calls, "rate": sum(result["per_second"] for result in results),
            "nodes_us": (sum(node.cpu_seconds() for node in nodes) - before[0]) / calls * 1e6,
            "store_us": (store_seconds(cluster) - before[1]) / calls * 1e6}


def weigh(bench, cluster):
    """Bytes of all tables and of the log a batch, to people here and there and to departments."""
    store = cluster.new_store()
    schema = f"store{cluster.schemas}"
    departments = [f"d{n}" for n in range(DEPARTMENTS)]
    users = [{"user_id": f"u{n}", "name": f"Person {n}", "departments": [f"d{n % DEPARTMENTS}"]}
             for n in range(PEOPLE)]
    data = organisations.simple(bench, "nodes-weight", [
        {"department_id": name, "name": name} for name in departments], users,
        (organisations.APP,), store)
    tables = (f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
              f"relnamespace = '{schema}'::regnamespace")
    log = f"SELECT sum(octet_length(entry)) FROM {schema}.changes"
    choose = random.Random(1)
    audiences = {
        "2 people": lambda: {"user_ids": [f"u{choose.randrange(PEOPLE)}" for _ in range(2)]},
        "200 people": lambda: {"user_ids": [f"u{choose.randrange(PEOPLE)}" for _ in range(200)]},
        "1,000 people in 10 departments":
            lambda: {"department_ids": choose.sample(departments, 10)},
        "20,000 people, everybody": lambda: {"department_ids": departments}}
    with bench.serve(data, settings=WIDE_LIMITS, store=store) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        for what, audience in audiences.items():
            before = int(cluster.ask(tables)), int(cluster.ask(log))
            sent = [api.call("POST", PATH, token, {
                "msg_type": "text", "content": {"text": TEXT}, **audience()})["data"]["message_id"]
                for _ in range(BATCHES)]
            server.wait_until_idle()
            for place, sql, old in (("all tables", tables, before[0]),
                                    ("the log of changes", log, before[1])):
                bench.under(f"weight of {what} in {place}",
                            (int(cluster.ask(sql)) - old) / BATCHES,
                            what=f"a batch to {what}, bytes in {place}")
        before = int(cluster.ask(tables))
        readers = session_tokens(api, organisations.TENANT, [f"u{n}" for n in range(READERS)])
        api.close()
        rates = [read(bench, server, readers, sent[number * READ:(number + 1) * READ])
                 for number in range(RUNS + 1)]
        bench.at_least("receipts_per_second", rates[1:],
                       what=f"read receipts a second over PostgreSQL, {READ} a call, 1 node, "
                            f"{CONNECTIONS[-1]} connections")
        bench.under("receipt_bytes",
                    (int(cluster.ask(tables)) - before) / len(rates) / READ / READERS,
                    what="a read receipt, bytes in all tables")


def read(bench, server, readers, batches):
    """Each reader reads the batches in one call: receipts a second."""
    template, lines = bench.temp / "nodes-request", bench.temp / "nodes-lines"
    body = json.dumps({"batch_ids": batches})
    template.write_bytes(request("POST", "/api/v1/inbox/read", "{1}", body).encode())
    lines.write_text("".join(f"{reader}\n" for reader in readers), encoding="utf-8")
    load = subprocess.run([bench.programs / "load", "--port", str(server.port),
                           "--request", template, "--lines", lines,
                           "--connections", str(CONNECTIONS[-1]),
                           "--expect", f'"read":{READ}}}'],
                          stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(load.stdout)
    if result["failures"]:
        raise RuntimeError(f"load: {result['failures']} failures, {result['first_failure']}")
    return result["per_second"] * READ


def store_seconds(cluster):
    """CPU of the PostgreSQL server so far: of its first process and its children."""
    first = cluster.server.pid
    ticks = 0
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if int(entry.name) == first or int(fields[1]) == first:
                    ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue  # it has just ended
    return ticks / os.sysconf("SC_CLK_TCK")
