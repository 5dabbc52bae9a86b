"""Read receipts as people send them, POST /api/v1/inbox/read, one and twenty batches a call.

Each receipt is a new one, by one of 2,000 people of a million: a row, on disk when the call is
answered. Calls per CPU-second of the server, on core 0, beside a fixed answer, which
keeps nothing; the load has core 1.
"""

import random
import time

from harness import (ADMIN_TOKEN, SERVER_CORE, RUNS, Api, median, ratios, request, rounds,
                     session_tokens, tenant_token)
import organisations

PEOPLE, CONNECTIONS, SECONDS = 2000, 64, 1
ONE_ROUND = {1: 4, 20: 1}  # receipts a call -> calls of each person in a round
PATH = "/api/v1/inbox/read"


def run(bench):
    large = organisations.large(bench, "tree")
    data = large.copy(bench, "receipts")
    with bench.serve(data, SERVER_CORE, profile="own") as server:
        api = Api(server.port)
        people = random.Random(8).sample(large.file.users, PEOPLE)
        people = session_tokens(api, large.file.tenant, people)
        calls = sum(each * count for each, count in ONE_ROUND.items())
        batches = send(api, large.file, (RUNS + 2) * calls)
        for each, count in ONE_ROUND.items():
            compare(bench, server, api, people, each, count, batches)
        api.close()


def send(api, file, count):
    """Batches to everybody, all of them delivered."""
    token = tenant_token(api, *file.apps[0])
    ids = [api.call("POST", "/open-apis/message/v4/batch_send/", token, {
        "msg_type": "text", "content": {"text": f"Message {n}"},
        "department_ids": file.top})["data"]["message_id"] for n in range(count)]
    while api.call("GET", f"/api/v1/batches/{ids[-1]}", ADMIN_TOKEN)["pending"] > 0:
        time.sleep(0.01)
    return ids


def compare(bench, server, api, people, each, count, batches):
    """Takes the batches that it lets be read from the list."""
    template = request("POST", PATH, "{1}", '{"batch_ids":[{2}]}')
    lines = bench.temp / "receipts.lines"
    answer = api.exchange("POST", PATH, people[0],
                          {"batch_ids": [batches.pop() for _ in range(each)]})
    options = {"lines": lines, "connections": CONNECTIONS, "expect": f'"read":{each}}}'}

    def new_receipts():
        with open(lines, "w", encoding="utf-8") as out:
            for _ in range(count):
                ids = ",".join(f'"{batches.pop()}"' for _ in range(each))
                out.writelines(f"{person}\t{ids}\n" for person in people)

    def ours_now():
        new_receipts()
        return bench.per_cpu_second(server, template, **options)

    with bench.fixed(answer) as baseline:
        ours, theirs = rounds(
            ours_now, lambda: bench.per_cpu_second(baseline, template, seconds=SECONDS, **options))
    bench.note(f"receipts_{each}_us_of_cpu", 1e6 / median(ours))
    bench.at_least(f"receipts_{each}_ratio", ratios(ours, theirs), 0.3, 0.6,
                   f"read receipts, {each} a call, durable, against the bare epoll loop, "
                   "calls per server CPU-second")
