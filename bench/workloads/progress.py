"""get_progress with a valid token, per CPU-second of the server, beside a fixed answer; and
DingTalk's getsendprogress beside it, which asks the same of the same record.

All servers have core 0, the load has core 1; rounds of runs, the median of their ratios.
"""

from harness import SERVER_CORE, LOAD_CORE, WIDE_LIMITS, Api, median, tenant_token
import organisations

CONNECTIONS, SECONDS, PAIRS = 64, 2, 5


def calls_per_cpu_second(bench, process, request, expect='"code":0'):
    before = process.cpu_seconds()
    result = bench.load(process.port, request, LOAD_CORE, connections=CONNECTIONS,
                        seconds=SECONDS, expect=expect)
    return result["requests"] / (process.cpu_seconds() - before), result


def getsendprogress(api, port):
    """A task of the same app, and the request that asks for its progress as SDKs write it."""
    key, secret = organisations.APP_KEY
    token = api.call("GET", f"/gettoken?appkey={key}&appsecret={secret}")["access_token"]
    path = "/topapi/message/corpconversation/"
    task = api.call("POST", f"{path}asyncsend_v2?access_token={token}", body={
        "agent_id": organisations.AGENT, "userid_list": ",".join(organisations.SMALL_USERS),
        "msg": {"msgtype": "text", "text": {"content": "hello"}}})["task_id"]
    body = f'{{"agent_id":{organisations.AGENT},"task_id":{task}}}'
    return (f"POST {path}getsendprogress?access_token={token} HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}")


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
        other_request = getsendprogress(api, server.port)
        server.wait_until_idle()
        api.send("GET", path, token)
        answer = bench.temp / "get_progress.answer"
        answer.write_bytes(b"\r\n\r\n".join(api.receive_raw()))
        api.close()
        with bench.baseline("fixed", "--answer", answer, core=SERVER_CORE) as baseline:
            ratios, ours, theirs, others = [], [], [], []
            for turn in range(PAIRS + 1):
                their_rate, _ = calls_per_cpu_second(bench, baseline, request)
                our_rate, result = calls_per_cpu_second(bench, server, request)
                other_rate, _ = calls_per_cpu_second(bench, server, other_request, '"errcode":0')
                if turn == 0:  # warm-up
                    continue
                others.append(other_rate)
                ratios.append(our_rate / their_rate)
                ours.append(our_rate)
                theirs.append(their_rate)
            bench.note("progress_us_of_cpu", 1e6 / median(ours))
            bench.note("progress_baseline_us_of_cpu", 1e6 / median(theirs))
            bench.note("progress_ratios", ratios)
            bench.note("getsendprogress_us_of_cpu", 1e6 / median(others))
            beside = [other / our for other, our in zip(others, ours)]
            bench.note("getsendprogress_to_get_progress", beside)
            bench.note("progress_p99_us", result["p99_us"])
    bench.at_least("progress_ratio", median(ratios), 0.5)
    bench.at_least("getsendprogress_to_get_progress", median(beside), 0.85)
