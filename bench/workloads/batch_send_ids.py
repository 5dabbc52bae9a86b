"""batch_send as large as the API allows, 4 x 200 ids, in an organisation of a million.

200 departments with everyone below, 200 open_ids, 200 user_ids and 200 union_ids, another choice
for each batch; a request is 17 kB. 16 submitters, answered after the sync, beside a bare group
commit and an append of the same bytes; the machine as it is. A fixed count, to spare the disk: the
baselines keep the whole request, we a set of people.
"""

import json
import random

from harness import Api, request, tenant_token
import organisations
from workloads.batch_send import PATH, rates, say

SUBMITTERS, COUNT, CHOICES, IDS = 16, 400, 50, 200


def run(bench):
    large = organisations.large(bench, "tree")
    data = large.copy(bench, "batch_send_ids")
    lines = bench.temp / "batch_send_ids.lines"
    dice = random.Random(7)
    bodies = [body(large.file, dice) for _ in range(CHOICES)]
    lines.write_text("\n".join(bodies) + "\n")
    with bench.serve(data, profile="own") as server:
        api = Api(server.port)
        token = tenant_token(api, *large.file.apps[0])
        answer = api.exchange("POST", PATH, token, json.loads(bodies[0]))
        for kind in (b"open", b"user", b"union", b"department"):
            if b'"invalid_%s_ids":[]' % kind not in answer:
                raise RuntimeError(f"batch_send_ids: {answer}")
        batch = json.loads(answer.split(b"\r\n\r\n", 1)[1])["data"]["message_id"]
        server.wait_until_idle()
        record = api.call("GET", f"/api/v1/batches/{batch}", token)
        bench.note("batch_send_ids_valid", record["valid"])
        api.close()
        template = request("POST", PATH, token, "{line}")
        with bench.commit(answer, "ids.db") as commit, bench.append(answer, "ids.log") as append:
            measured = rates(bench, (commit, append, server), template,
                             connections=SUBMITTERS, count=COUNT, lines=lines)
    say(bench, "batch_send_ids", *measured,
        f"`batch_send` with 4 x {IDS} ids, {SUBMITTERS} submitters", floor=())


def body(file, dice):
    people = [dice.sample(range(len(file.open_ids)), IDS) for _ in range(3)]
    return json.dumps({
        "msg_type": "text", "content": {"text": "Lunch is at noon"},
        "department_ids": dice.sample(file.departments, IDS),
        "user_ids": [file.users[n] for n in people[0]],
        "open_ids": [file.open_ids[n] for n in people[1]],
        "union_ids": [file.union_ids[n] for n in people[2]]}, separators=(",", ":"))
