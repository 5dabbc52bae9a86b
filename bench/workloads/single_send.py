"""im/v1/messages to one person, answered after the sync, beside batch_send to the same person.

Messages a second on both cores with 256 submitters, sustained over some seconds: what an app that
writes to its people one by one can count on. In alternating turns with batch_send, whose way
through the server is the same but for the lane, the quota and the longer answer.
"""

from harness import WIDE_LIMITS, Api, median, tenant_token
import organisations

SECONDS, PAIRS, SUBMITTERS = 3, 5, 256
FLOOR_PER_SECOND = 5000

TEXT = "Dear colleague, your parcel number {n} waits at the reception until Friday."


def request(path, token, body):
    return (f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
            f"User-Agent: bench\r\nContent-Type: application/json\r\n\r\n{body}")


def run(bench):
    data = organisations.small(bench, "single_send")
    user = organisations.SMALL_USERS[0]
    with bench.serve(data, None, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        api.close()
        single = request("/open-apis/im/v1/messages?receive_id_type=user_id", token,
                         '{"receive_id":"%s","msg_type":"text","content":"{\\"text\\":\\"%s\\"}"}'
                         % (user, TEXT))
        batch = request("/open-apis/message/v4/batch_send/", token,
                        '{"msg_type":"text","content":{"text":"%s"},"user_ids":["%s"]}'
                        % (TEXT, user))
        rates = {single: [], batch: []}
        for turn in range(PAIRS + 1):
            for text in (batch, single):
                result = bench.load(server.port, text, None, connections=SUBMITTERS,
                                    seconds=SECONDS, expect='"code":0')
                server.wait_until_idle()
                if turn > 0:  # the first is the warm-up
                    rates[text].append(result["per_second"])
    ratios = [one / other for one, other in zip(rates[single], rates[batch])]
    bench.note("single_send_batch_per_second", median(rates[batch]))
    bench.note("single_send_ratios", ratios)
    bench.note("single_send_p99_us", result["p99_us"])
    bench.note("single_send_to_batch_send", median(ratios))
    bench.at_least("single_send_per_second", median(rates[single]), FLOOR_PER_SECOND)
