"""24 apps at once, each sending to ten people.

At the vendor's limit for each, 50 batches a second, 1,200 in all, in an open loop: what a call
takes until it is answered, durable, counted from when it was due. And as fast as they can from 256
submitters, beside one app alone: many apps must not cost more than one.
"""

import json

from harness import WIDE_LIMITS, Api, ratios, request, rounds, tenant_token
import organisations

APPS, RATE_EACH, SECONDS, CONNECTIONS = 24, 50, 1.5, 48
SUBMITTERS, COUNT = 256, 10_000  # a count, to spare the disk
LIST = [(f"cli_b{n:015d}", f"bench-secret-{n}") for n in range(APPS)]


def run(bench):
    data = organisations.small(bench, "apps24", LIST)
    body = {"msg_type": "text", "content": {"text": "Lunch is at noon, number {n}"},
            "user_ids": organisations.SMALL_USERS}
    template = request("POST", "/open-apis/message/v4/batch_send/", "{1}", json.dumps(body))
    with bench.serve(data, None, WIDE_LIMITS) as server:
        api = Api(server.port)
        tokens = [tenant_token(api, *app) for app in LIST]
        api.close()
        everyone, one = bench.temp / "apps24.all", bench.temp / "apps24.one"
        everyone.write_text("\n".join(tokens) + "\n")
        one.write_text(tokens[0] + "\n")

        def load(lines, **options):
            server.wait_until_idle()
            return bench.load(server.port, template, lines=lines, expect='"code":0', **options)

        def at_limits():
            return load(everyone, rate=APPS * RATE_EACH, seconds=SECONDS, connections=CONNECTIONS)

        def at_most(lines):
            return load(lines, connections=SUBMITTERS, count=COUNT)["per_second"]

        limited, = rounds(at_limits)
        alone, together = rounds(lambda: at_most(one), lambda: at_most(everyone))
    for share in ("p50", "p99"):
        bench.under(f"apps24_{share}_ms", [result[f"{share}_us"] / 1000 for result in limited],
                    what=f"24 apps, each at 50 batches a second: call until durable, {share}")
    bench.note("apps24_p999_ms", [result["p999_us"] / 1000 for result in limited])
    bench.at_least("apps24_ratio", ratios(together, alone),
                   what="24 apps with 256 submitters against one app with as many, batches/s")
