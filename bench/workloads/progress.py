"""get_progress with a valid token, per CPU-second of the server, beside a fixed answer; and
DingTalk's getsendprogress beside it, which asks the same of the same record.

All servers have core 0, the load has core 1.
"""

from harness import (SERVER_CORE, WIDE_LIMITS, Api, median, ratios, request, rounds,
                     tenant_token)
import organisations

LOAD = {"connections": 64, "seconds": 1}


def getsendprogress(api):
    """A task of the same app, and the request that asks for its progress as SDKs write it."""
    key, secret = organisations.APP_KEY
    token = api.call("GET", f"/gettoken?appkey={key}&appsecret={secret}")["access_token"]
    path = "/topapi/message/corpconversation/"
    task = api.call("POST", f"{path}asyncsend_v2?access_token={token}", body={
        "agent_id": organisations.AGENT, "userid_list": ",".join(organisations.SMALL_USERS),
        "msg": {"msgtype": "text", "text": {"content": "hello"}}})["task_id"]
    return request("POST", f"{path}getsendprogress?access_token={token}",
                   body=f'{{"agent_id":{organisations.AGENT},"task_id":{task}}}')


def run(bench):
    data = organisations.small(bench, "progress")
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        batch = organisations.send_small(api, token)
        path = f"/open-apis/im/v1/batch_messages/{batch}/get_progress"
        template, other = request("GET", path, token), getsendprogress(api)
        server.wait_until_idle()
        answer = api.exchange("GET", path, token)
        api.close()
        with bench.fixed(answer) as baseline:
            theirs, ours, others = rounds(
                lambda: bench.per_cpu_second(baseline, template, expect='"code":0', **LOAD),
                lambda: bench.per_cpu_second(server, template, expect='"code":0', **LOAD),
                lambda: bench.per_cpu_second(server, other, expect='"errcode":0', **LOAD))
    bench.note("progress_us_of_cpu", 1e6 / median(ours))
    bench.note("progress_baseline_us_of_cpu", 1e6 / median(theirs))
    bench.note("getsendprogress_us_of_cpu", 1e6 / median(others))
    bench.at_least("progress_ratio", ratios(ours, theirs), 0.6, 0.8,
                   "`get_progress` against the bare epoll loop, per server CPU-second")
    bench.at_least("getsendprogress_ratio", ratios(others, theirs), 0.6, 0.8,
                   "DingTalk's `getsendprogress` against the bare epoll loop, "
                   "per server CPU-second")
