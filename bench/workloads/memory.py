"""A million users: seconds to import and to restart, resident memory; an empty server's memory.

Memory is read after one batch to everybody and some inbox pages, not of a server just started.
"""

import random
import time

from harness import Api, median, session_token, tenant_token
import organisations

RESTARTS = 3
PAGES = 200


def run(bench):
    with bench.serve(bench.work / "empty") as server:
        time.sleep(1)
        bench.under("empty_rss_mb", server.memory_mb(), 30)

    large = organisations.large(bench, "tree")
    bench.under("import_seconds", large.import_seconds, 30)
    data = large.copy(bench, "memory")
    restarts = []
    for turn in range(RESTARTS):
        started = time.monotonic()
        with bench.serve(data, profile="own") as server:
            restarts.append(time.monotonic() - started)
            if turn == RESTARTS - 1:
                measure_memory(bench, large.file, server)
    bench.note("restarts_seconds", restarts)
    bench.under("restart_seconds", median(restarts), 2)


def measure_memory(bench, file, server):
    time.sleep(1)
    bench.note("restarted_rss_mb", server.memory_mb())
    api = Api(server.port)
    token = tenant_token(api, *file.apps[0])
    api.call("POST", "/open-apis/message/v4/batch_send/", token, {
        "msg_type": "text", "content": {"text": "hello"}, "department_ids": file.top})
    server.wait_until_idle()
    for user in random.Random(3).sample(file.users, PAGES):
        api.call("GET", "/api/v1/inbox", session_token(api, file.tenant, user))
    api.close()
    bench.note("memory_peak_mb", server.memory_mb("VmHWM"))
    bench.under("organisation_rss_mb", server.memory_mb(), 400)
