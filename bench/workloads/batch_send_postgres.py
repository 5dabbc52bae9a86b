"""batch_send to two people over PostgreSQL, beside a bare group commit of the same bytes into it.

Accepted batches a second with 1, 16 and 256 submitters. The group commit is an epoll server whose
only work is one `unnest` insert for all requests of a turn. Both use the same server, made for this
workload on the bench's disk, with its own settings as Debian ships them: it shares the machine with
them and with the load.
"""

import pathlib
import sys

from harness import WIDE_LIMITS, Api, ratios, request, tenant_token
from workloads.batch_send import PATH, TEXT, rates
import organisations

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

COUNTS = {1: 500, 16: 4000, 256: 14_000}  # submitters -> batches a run


def run(bench):
    cluster = PostgresCluster(durable=True, inside=bench.work)
    try:
        measure(bench, cluster)
    finally:
        cluster.remove()


def measure(bench, cluster):
    store = cluster.new_store()
    data = organisations.small(bench, "batch_send_postgres", store=store)
    people = organisations.SMALL_USERS[:2]
    body = ('{"msg_type": "text", "content": {"text": "%s"}, "user_ids": ["%s", "%s"]}' %
            (TEXT, *people))
    for submitters, count in COUNTS.items():
        with bench.serve(data, settings=WIDE_LIMITS, store=store) as server:
            api = Api(server.port)
            token = tenant_token(api, *organisations.APP)
            answer = api.exchange("POST", PATH, token, {
                "msg_type": "text", "content": {"text": "hello"}, "user_ids": people})
            api.close()
            template = request("POST", PATH, token, body)
            with bench.commit_postgres(answer, cluster.new_store()) as commit:
                commits, ours = rates(bench, (commit, server), template, connections=submitters,
                                      count=count)
        what = f"`batch_send` over PostgreSQL, {submitters} submitter{'s'[:submitters > 1]}"
        floor = (0.5, None) if submitters > 1 else (None, None)
        bench.at_least(f"batch_send_postgres_{submitters}_ratio", ratios(ours, commits), *floor,
                       what=f"{what}, against epoll + `unnest` group commit")
        bench.at_least(f"batch_send_postgres_{submitters}_per_second", ours,
                       what=f"{what}, accepted and on disk")
