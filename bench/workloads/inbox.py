"""An inbox page with `unread` for random people of a million, as batches pile up.

After 0, 1,000 and 10,000 batches, one in a hundred of them to everybody or to a random half of the
tree, the others to ten random people. Pages are asked for in an open loop, 500 a second, and a
latency is counted from when the page was due; the server has core 0, the load core 1;
beside is a fixed answer, whose latency is the machine's own. Cold: right after a restart with the
store's files out of the page cache, each person asked for the first time, one at a time.
"""

import json
import os
import random

from harness import (SERVER_CORE, LOAD_CORE, Api, request, rounds, session_tokens, session_token,
                     tenant_token)
import organisations

STEPS, LARGE_EVERY, SMALL_PEOPLE, CONNECTIONS = [0, 1000, 10_000], 100, 10, 32
PEOPLE, RATE, PAGE_CONNECTIONS = 1000, 500, 4
COLD_ROUNDS, COLD_PEOPLE = 5, 200
PAGE, UNREAD = (request("GET", f"/api/v1/inbox?limit={limit}", "{line}") for limit in (20, 1))


def run(bench):
    large = organisations.large(bench, "tree")
    data = large.copy(bench, "inbox")
    dice = random.Random(4)
    with bench.serve(data, SERVER_CORE, profile="own") as server:
        for sent, count in zip([0, *STEPS], STEPS):
            fill(bench, large.file, server, dice, range(sent, count))
            warm(bench, server, large.file, dice, count)
    cold(bench, data, large.file, dice)


def fill(bench, file, server, dice, numbers):
    """Sends the batches, and lets some people read some of what they got."""
    if not numbers:
        return
    api = Api(server.port)
    token = tenant_token(api, *file.apps[0])
    lines = bench.temp / "batches"
    with open(lines, "w", encoding="utf-8") as out:
        for n in numbers:
            body = {"msg_type": "text", "content": {"text": f"Message number {n} to its people"}}
            if n % LARGE_EVERY == LARGE_EVERY - 1:
                half = dice.sample(file.top, max(1, len(file.top) // 2))
                body["department_ids"] = file.top if n // LARGE_EVERY % 2 else half
            else:
                body["user_ids"] = dice.sample(file.users, SMALL_PEOPLE)
            out.write(json.dumps(body) + "\n")
    template = request("POST", "/open-apis/message/v4/batch_send/", token, "{line}")
    sent = bench.load(server.port, template, LOAD_CORE, lines=lines, connections=CONNECTIONS,
                      expect='"code":0')
    bench.note(f"inbox_fill_{numbers[-1] + 1}_seconds", sent["seconds"])
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
    tokens.write_text("\n".join(
        session_tokens(api, file.tenant, dice.sample(file.users, people))) + "\n")
    api.close()
    return tokens


def warm(bench, server, file, dice, batches):
    lines = sessions(bench, server, file, dice, PEOPLE)
    api = Api(server.port)
    answer = api.exchange("GET", "/api/v1/inbox?limit=20", lines.read_text().split()[0])
    api.close()
    server.wait_until_idle()

    def pages(process, template):
        return bench.load(process.port, template, LOAD_CORE, lines=lines, rate=RATE,
                          count=PEOPLE, connections=PAGE_CONNECTIONS, expect='"unread"')

    last = batches == STEPS[-1]
    if last:
        with bench.fixed(answer) as baseline:
            fixed, page, unread = rounds(lambda: pages(baseline, PAGE),
                                         lambda: pages(server, PAGE),
                                         lambda: pages(server, UNREAD))
        say(bench, "unread", unread, batches, last, "the newest message with `unread`")
        say(bench, "machine", fixed, batches, False, "a fixed answer of the same bytes")
    else:
        page, = rounds(lambda: pages(server, PAGE))
    say(bench, "page", page, batches, last, "an inbox page of twenty with `unread`")
    bench.under(f"inbox_rss_mb_{batches}", server.memory_mb(), *((400,) if last else ()),
                what=f"resident with 1M users, {batches:,} batches and some thousand pages read")


def say(bench, name, results, batches, promised, what):
    for share in ("p50", "p99", "p999"):
        values = [result[f"{share}_us"] / 1000 for result in results]
        bounds = (1, 0.3) if promised and share == "p99" else ()
        name_all = f"inbox_{name}_{share}_ms_{batches}"
        if share == "p999":
            bench.note(name_all, values)
        else:
            bench.under(name_all, values, *bounds,
                        what=f"{what}, 1M users, {batches:,} batches, {share}")


def forget_pages(data):
    """Drops the store's files from the page cache, where the kernel lets us."""
    for path in data.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.fdatasync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def cold(bench, data, file, dice):
    values = []
    for _ in range(COLD_ROUNDS):
        with bench.serve(data, SERVER_CORE, profile="own") as server:
            lines = sessions(bench, server, file, dice, COLD_PEOPLE)
            forget_pages(data)
            result = bench.load(server.port, PAGE, LOAD_CORE, lines=lines, expect='"unread"')
            values.append(result["p99_us"] / 1000)
    bench.under("inbox_cold_p99_ms", values, 10,
                what="the page, p99 of 200 people right after a restart, page cache empty")
