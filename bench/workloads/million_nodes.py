"""One batch to a million people over PostgreSQL, until the last person's inbox page shows it.

As `million`, with two nodes of one store: the batch is sent at one of them, and the last person's
page asked for at the same one or at the other. Nodes, PostgreSQL and load share the machine's cores.
"""

import pathlib
import shutil
import sys

from harness import Api, rounds
from workloads.million import Scene
import organisations

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

SECONDS_MAX = 0.3


def run(bench):
    file = organisations.large(bench, "tree").file
    cluster = PostgresCluster(durable=True, inside=bench.work)
    try:
        store = cluster.new_store()
        data, other = bench.work / "million-nodes", bench.work / "million-nodes-other"
        bench.note("million_nodes_import_seconds", bench.run_import(file.path, data, store))
        other.mkdir()
        shutil.copy(data / "installation.key", other)
        with bench.serve(data, profile="own", store=store) as node, \
                bench.serve(other, profile="own", store=store) as second:
            for where, readers in (("the same node", node), ("another node", second)):
                play(bench, node, readers, file, where)
    finally:
        cluster.remove()


def play(bench, node, reader, file, where):
    scene = Scene(bench, node, file, "tree")
    scene.reader = Api(reader.port)
    last = scene.last_person(0)
    measured, = rounds(lambda: scene.million(0, last))
    sent, recalled = zip(*measured)
    name = f"million_nodes_{where.split()[-2]}"
    bench.under(f"{name}_seconds", sent, SECONDS_MAX, None,
                f"a million over PostgreSQL, call until the last person's page at {where} shows it")
    bench.under(f"{name}_recall_seconds", recalled,
                what=f"its recall, call until the last person's page at {where} hides it")
