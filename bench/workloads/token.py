"""A tenant access token of a custom app, per CPU-second of the server, beside a fixed answer.

Every call checks the app's secret and seals nothing new: within a window the token is the same.
"""

from harness import SERVER_CORE, WIDE_LIMITS, Api, median, ratios, request, rounds
import organisations

LOAD = {"connections": 64, "seconds": 1, "expect": '"code":0'}
PATH = "/open-apis/auth/v3/tenant_access_token/internal"


def run(bench):
    data = organisations.small(bench, "token")
    app_id, secret = organisations.APP
    template = request("POST", PATH, body=f'{{"app_id":"{app_id}","app_secret":"{secret}"}}')
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        api = Api(server.port)
        answer = api.exchange("POST", PATH, body={"app_id": app_id, "app_secret": secret})
        api.close()
        with bench.fixed(answer) as baseline:
            theirs, ours = rounds(lambda: bench.per_cpu_second(baseline, template, **LOAD),
                                  lambda: bench.per_cpu_second(server, template, **LOAD))
    bench.note("token_us_of_cpu", 1e6 / median(ours))
    bench.note("token_baseline_us_of_cpu", 1e6 / median(theirs))
    bench.at_least("token_ratio", ratios(ours, theirs),
                   what="`tenant_access_token/internal` against the bare epoll loop, "
                        "per server CPU-second")
