"""An inbox page with `unread` for random people of a million, after 9,900 small, 100 large batches.

Small batches go to ten random people, large ones to everybody or to a random half of the tree, one
after every 99 small ones. The time is the client's, on one keep-alive connection: an upper bound of
the server's. Cold: right after a restart with the store's files out of the page cache, each person
asked for the first time. Warm: the same server after that, another sample of people, the median of
the p99 of several runs; noted beside it is the p99 of a fixed answer, which is the machine's own.
"""

import json
import os
import random

from harness import Api, median, session_token, tenant_token
import organisations

BATCHES, LARGE_EVERY, SMALL_PEOPLE, CONNECTIONS = 10_000, 100, 10, 32
COLD_ROUNDS, COLD_PEOPLE = 5, 200
WARM_PEOPLE, WARM_RUNS = 2_000, 5

REQUEST = ("GET /api/v1/inbox?limit=20 HTTP/1.1\r\nHost: bench\r\n"
           "Authorization: Bearer {line}\r\nUser-Agent: bench\r\n\r\n")


def run(bench):
    large = organisations.large(bench, "tree")
    data = large.copy(bench, "inbox")
    dice = random.Random(4)
    with bench.serve(data, profile="own") as server:
        fill(bench, large.file, server, dice)
    cold = []
    for turn in range(COLD_ROUNDS):
        with bench.serve(data, profile="own") as server:
            tokens = sessions(bench, server, large.file, dice, COLD_PEOPLE)
            forget_pages(data)
            samples = bench.temp / "samples"
            bench.load(server.port, REQUEST, lines=tokens, expect='"unread"', samples=samples)
            cold += [float(line) / 1000 for line in samples.read_text().split()]
            if turn == COLD_ROUNDS - 1:
                warm(bench, server, large.file, dice)
    cold.sort()
    bench.note("inbox_cold_median_ms", cold[len(cold) // 2])
    bench.note("inbox_cold_max_ms", cold[-1])
    bench.under("inbox_cold_p99_ms", cold[len(cold) * 99 // 100], 10)


def fill(bench, file, server, dice):
    """Sends the batches, and lets some people read some of what they got."""
    api = Api(server.port)
    token = tenant_token(api, *file.apps[0])
    lines = bench.temp / "batches"
    with open(lines, "w", encoding="utf-8") as out:
        for n in range(BATCHES):
            body = {"msg_type": "text", "content": {"text": f"Message number {n} to its people"}}
            if n % LARGE_EVERY == LARGE_EVERY - 1:
                half = dice.sample(file.top, max(1, len(file.top) // 2))
                body["department_ids"] = file.top if n // LARGE_EVERY % 2 else half
            else:
                body["user_ids"] = dice.sample(file.users, SMALL_PEOPLE)
            out.write(json.dumps(body) + "\n")
    request = ("POST /open-apis/message/v4/batch_send/ HTTP/1.1\r\nHost: bench\r\n"
               f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\r\n{{line}}")
    sent = bench.load(server.port, request, lines=lines, connections=CONNECTIONS,
                      expect='"code":0')
    bench.note("inbox_fill_seconds", sent["seconds"])
    server.wait_until_idle()
    for user in dice.sample(file.users, 300):
        person = session_token(api, file.tenant, user)
        messages = api.call("GET", "/api/v1/inbox?limit=10", person)["messages"]
        api.call("POST", "/api/v1/inbox/read", person,
                 {"message_ids": [message["message_id"] for message in messages]})
    api.close()


def sessions(bench, server, file, dice, people):
    """A file with a session token for each of some random people."""
    api = Api(server.port)
    tokens = bench.temp / "tokens"
    with open(tokens, "w", encoding="utf-8") as out:
        for user in dice.sample(file.users, people):
            out.write(session_token(api, file.tenant, user) + "\n")
    api.close()
    return tokens


def forget_pages(data):
    """Drops the store's files from the page cache, where the kernel lets us."""
    for path in data.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.fdatasync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def warm(bench, server, file, dice):
    tokens = sessions(bench, server, file, dice, WARM_PEOPLE)
    answer = bench.temp / "inbox.answer"
    api = Api(server.port)
    api.send("GET", "/api/v1/inbox?limit=20", tokens.read_text().split()[0])
    answer.write_bytes(b"\r\n\r\n".join(api.receive_raw()))
    api.close()
    pages, fixed = [], []
    with bench.baseline("fixed", "--answer", answer) as baseline:
        for turn in range(WARM_RUNS + 1):
            for process, results in ((baseline, fixed), (server, pages)):
                result = bench.load(process.port, REQUEST, lines=tokens, expect='"unread"')
                if turn > 0:  # the first is the warm-up
                    results.append(result)
    for name in ("p50_us", "p99_us", "max_us"):
        bench.note(f"inbox_warm_{name}", [result[name] for result in pages])
        bench.note(f"inbox_machine_{name}", [result[name] for result in fixed])
    bench.under("inbox_warm_p99_ms", median(result["p99_us"] for result in pages) / 1000, 2)
    bench.under("inbox_rss_mb", server.memory_mb(), 400)
