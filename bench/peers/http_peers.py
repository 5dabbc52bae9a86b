"""nginx's `return 200` beside get_progress and beside the acceptance of a batch, per CPU-second.

nginx sends our own answer's body as a fixed text and passes over what it is asked; a posted body it
reads and throws away. It is what HTTP itself costs in a well-made server: we also parse, look up,
and, for a batch, sync to disk before we answer. Server on core 0, load on core 1.
"""

import time

from harness import LOAD_CORE, SERVER_CORE, WIDE_LIMITS, Api, tenant_token
import organisations

from peers import servers
from peers.comparison import OURS

CONNECTIONS, SUBMITTERS, SECONDS, RUNS = 64, 256, 2, 5
SEND = "/open-apis/message/v4/batch_send/"
# Two thousand bytes, as the reference measurements of HTTP servers have it.
TEXT = "Dear colleague, the canteen on the second floor is closed on Friday. " * 27


def per_cpu_second(bench, process, request, connections, expect):
    before = process.cpu_seconds()
    done = bench.load(process.port, request, LOAD_CORE, connections=connections, seconds=SECONDS,
                      expect=expect)
    used = process.cpu_seconds() - before
    process.wait_until_idle()
    return done["requests"] / used


def run(bench, results, only):
    del only
    data = organisations.small(bench, "peers-http")
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        body = {"msg_type": "text", "content": {"text": TEXT},
                "user_ids": organisations.SMALL_USERS[:2]}
        api.send("POST", SEND, token, body)
        accepted = api.receive().decode()
        batch = api.call("POST", SEND, token, body)["data"]["message_id"]
        path = f"/open-apis/im/v1/batch_messages/{batch}/get_progress"
        time.sleep(1)
        api.send("GET", path, token)
        progress = api.receive().decode()
        api.close()
        head = f"HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nUser-Agent: bench\r\n"
        get = f"GET {path} {head}\r\n"
        users = '", "'.join(organisations.SMALL_USERS[:2])
        post = (f"POST {SEND} {head}Content-Type: application/json\r\n\r\n"
                f'{{"msg_type": "text", "content": {{"text": "{TEXT}{{n}}"}}, '
                f'"user_ids": ["{users}"]}}')
        for measure, request, answer, connections in (
                ("get_progress, calls per CPU-second", get, progress, CONNECTIONS),
                ("batch_send of 2 kB, accepted, calls per CPU-second", post, accepted, SUBMITTERS)):
            with servers.Nginx(bench, SERVER_CORE, answer=answer) as nginx:
                turns(bench, results, measure, request, connections, server, nginx)


def turns(bench, results, measure, request, connections, server, nginx):
    theirs = ("nginx `return 200`", nginx.version())
    runs = {OURS: [], theirs: []}
    for turn in range(RUNS + 1):
        for key, process in ((theirs, nginx), (OURS, server)):
            rate = per_cpu_second(bench, process, request, connections, '"code":0')
            if turn > 0:  # the first is the warm-up
                runs[key].append(rate)
    results.add(measure, "calls", runs, lower_is_better=False)
