"""get_progress with a valid token, per CPU-second of the server, beside a fixed answer.

Both servers have core 0, the load has core 1; pairs of runs, the median of their ratios.
"""

from harness import SERVER_CORE, LOAD_CORE, WIDE_LIMITS, Api, median, tenant_token
import organisations

CONNECTIONS, SECONDS, PAIRS = 64, 2, 5


def calls_per_cpu_second(bench, process, request):
    before = process.cpu_seconds()
    result = bench.load(process.port, request, LOAD_CORE, connections=CONNECTIONS,
                        seconds=SECONDS, expect='"code":0')
    return result["requests"] / (process.cpu_seconds() - before), result


def run(bench):
    data = organisations.small(bench, "progress")
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        batch = api.call("POST", "/open-apis/message/v4/batch_send/", token, {
            "msg_type": "text", "content": {"text": "hello"},
            "user_ids": organisations.SMALL_USERS})["data"]["message_id"]
        path = f"/open-apis/im/v1/batch_messages/{batch}/get_progress"
        request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                   f"Authorization: Bearer {token}\r\nUser-Agent: bench\r\n\r\n")
        server.wait_until_idle()
        api.send("GET", path, token)
        answer = bench.temp / "get_progress.answer"
        answer.write_bytes(b"\r\n\r\n".join(api.receive_raw()))
        api.close()
        with bench.baseline("fixed", "--answer", answer, core=SERVER_CORE) as baseline:
            ratios, ours, theirs = [], [], []
            for turn in range(PAIRS + 1):
                their_rate, _ = calls_per_cpu_second(bench, baseline, request)
                our_rate, result = calls_per_cpu_second(bench, server, request)
                if turn == 0:  # warm-up
                    continue
                ratios.append(our_rate / their_rate)
                ours.append(our_rate)
                theirs.append(their_rate)
            bench.note("progress_us_of_cpu", 1e6 / median(ours))
            bench.note("progress_baseline_us_of_cpu", 1e6 / median(theirs))
            bench.note("progress_ratios", ratios)
            bench.note("progress_p99_us", result["p99_us"])
    bench.at_least("progress_ratio", median(ratios), 0.5)
