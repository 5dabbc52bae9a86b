"""im/v1/messages to one person, answered after the sync, beside batch_send to the same person.

Messages a second on both cores with 256 submitters: what an app that writes to its people one by
one can count on. In alternating turns with batch_send, whose way
through the server is the same but for the lane, the quota and the longer answer.
"""

from harness import WIDE_LIMITS, Api, median, ratios, request, rounds, tenant_token
import organisations

SECONDS, SUBMITTERS = 1, 256
FLOOR_PER_SECOND = 5000

TEXT = "Dear colleague, your parcel number {n} waits at the reception until Friday."


def run(bench):
    data = organisations.small(bench, "single_send")
    user = organisations.SMALL_USERS[0]
    with bench.serve(data, None, WIDE_LIMITS) as server:
        api = Api(server.port)
        token = tenant_token(api, *organisations.APP)
        api.close()
        single = request("POST", "/open-apis/im/v1/messages?receive_id_type=user_id", token,
                         '{"receive_id":"%s","msg_type":"text","content":"{\\"text\\":\\"%s\\"}"}'
                         % (user, TEXT))
        batch = request("POST", "/open-apis/message/v4/batch_send/", token,
                        '{"msg_type":"text","content":{"text":"%s"},"user_ids":["%s"]}'
                        % (TEXT, user))

        def rate_of(template):
            server.wait_until_idle()
            return bench.load(server.port, template, connections=SUBMITTERS, seconds=SECONDS,
                              expect='"code":0')["per_second"]

        batches, singles = rounds(lambda: rate_of(batch), lambda: rate_of(single))
    bench.note("single_send_batch_per_second", median(batches))
    bench.at_least("single_send_per_second", singles, FLOOR_PER_SECOND,
                   what=f"messages to one person, durable, {SUBMITTERS} submitters")
    bench.at_least("single_send_ratio", ratios(singles, batches),
                   what="the same against `batch_send` to one person")
