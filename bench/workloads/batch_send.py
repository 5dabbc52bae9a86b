"""batch_send to two people, answered after the sync, beside a bare group commit of the same bytes.

Accepted batches a second, on the machine as it is: the servers and the load share its cores. With
16 and 256 submitters a second time with the server on core 0 and the load on core 1, which shows
what a batch costs one core (`one_core`). Pairs of runs, the median of the ratios.
"""

from harness import SERVER_CORE, LOAD_CORE, WIDE_LIMITS, Api, median, tenant_token
import organisations

SECONDS, PAIRS = 1, 9
RUNS = [("1", 1, None, None), ("16", 16, None, None), ("256", 256, None, None),
        ("16_one_core", 16, SERVER_CORE, LOAD_CORE), ("256_one_core", 256, SERVER_CORE, LOAD_CORE)]

TEXT = ("Dear colleague, the canteen on the second floor is closed on Friday for maintenance. "
        "Lunch is served in the east building from 11:30 to 13:30. Number {n}")


def run(bench):
    data = organisations.small(bench, "batch_send")
    answer = bench.temp / "batch_send.answer"
    for name, submitters, server_core, load_core in RUNS:
        with bench.serve(data, server_core, WIDE_LIMITS) as server:
            api = Api(server.port)
            token = tenant_token(api, *organisations.APP)
            body = ('{"msg_type": "text", "content": {"text": "%s"}, "user_ids": ["%s", "%s"]}' %
                    (TEXT, *organisations.SMALL_USERS[:2]))
            request = ("POST /open-apis/message/v4/batch_send/ HTTP/1.1\r\nHost: bench\r\n"
                       f"Authorization: Bearer {token}\r\nUser-Agent: bench\r\n"
                       f"Content-Type: application/json\r\n\r\n{body}")
            api.send("POST", "/open-apis/message/v4/batch_send/", token, {
                "msg_type": "text", "content": {"text": "hello"},
                "user_ids": organisations.SMALL_USERS[:2]})
            answer.write_bytes(b"\r\n\r\n".join(api.receive_raw()))
            api.close()
            database = bench.work / f"baseline-{name}.db"
            with bench.baseline("commit", "--answer", answer, "--database", database,
                                core=server_core) as baseline:
                compare(bench, f"batch_send_{name}", submitters, server, baseline, request,
                        load_core)


def compare(bench, name, submitters, server, baseline, request, load_core):
    rates = {server: [], baseline: []}
    for turn in range(PAIRS + 1):
        for process in (baseline, server):
            result = bench.load(process.port, request, load_core, connections=submitters,
                                seconds=SECONDS, expect='"code":0')
            process.wait_until_idle()
            if turn > 0:  # the first is the warm-up
                rates[process].append(result["per_second"])
    ratios = [ours / theirs for ours, theirs in zip(rates[server], rates[baseline])]
    bench.note(f"{name}_per_second", median(rates[server]))
    bench.note(f"{name}_baseline_per_second", median(rates[baseline]))
    bench.note(f"{name}_ratios", ratios)
    bench.note(f"{name}_p99_us", result["p99_us"])
    bench.at_least(f"{name}_ratio", median(ratios), 0.6)
