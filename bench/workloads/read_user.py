"""read_user of a batch that some have read, per CPU-second of the server, beside a fixed answer."""

from harness import (SERVER_CORE, WIDE_LIMITS, Api, median, ratios, request, rounds,
                     session_tokens, tenant_token)
import organisations

LOAD = {"connections": 64, "seconds": 1, "expect": '"code":0'}
READERS = 5


def run(bench):
    data = organisations.small(bench, "read_user")
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        batch = organisations.send_small(api, token)
        server.wait_until_idle()
        people = organisations.SMALL_USERS[:READERS]
        for person in session_tokens(api, organisations.TENANT, people):
            api.call("POST", "/api/v1/inbox/read", person, {"batch_ids": [batch]})
        path = f"/open-apis/im/v1/batch_messages/{batch}/read_user"
        template = request("GET", path, token)
        answer = api.exchange("GET", path, token)
        api.close()
        if b'"read_count":"%d"' % READERS not in answer:
            raise RuntimeError(f"read_user: {answer}")
        with bench.fixed(answer) as baseline:
            theirs, ours = rounds(lambda: bench.per_cpu_second(baseline, template, **LOAD),
                                  lambda: bench.per_cpu_second(server, template, **LOAD))
    bench.note("read_user_us_of_cpu", 1e6 / median(ours))
    bench.at_least("read_user_ratio", ratios(ours, theirs),
                   what="`read_user` against the bare epoll loop, per server CPU-second")
