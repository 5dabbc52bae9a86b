"""Moving house: carillon migrate to PostgreSQL and back, with everything compared on both sides.

100,000 people in 1,000 departments, 1,000 batches to all of them, 1,000 to ten random people each,
and 40,000 read receipts. PostgreSQL runs on the same machine, keeps what is committed on disk, and
shares its cores.
"""

import random
import subprocess
import sys
import pathlib
import time

from harness import WIDE_LIMITS, Api, session_tokens, tenant_token
from workloads.receipts import send
import organisations

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

BATCHES, FEW = 1000, 10
READERS, READ = 2000, 20  # people, batches that each reads


def run(bench):
    cluster = PostgresCluster(durable=True, inside=bench.work)
    try:
        tenth = organisations.large(bench, "tenth")
        data = tenth.copy(bench, "moving")
        with bench.serve(data, settings=WIDE_LIMITS) as server:
            furnish(server, tenth.file)
        store, back = cluster.new_store(), bench.work / "moved-back"
        move(bench, "there", "--from", data, "--to", store)
        move(bench, "back", "--from", store, "--to", back, "--data", data)
    finally:
        cluster.remove()


def furnish(server, file):
    api, dice = Api(server.port), random.Random(5)
    token = tenant_token(api, *file.apps[0])
    for n in range(BATCHES):
        api.call("POST", "/open-apis/message/v4/batch_send/", token, {
            "msg_type": "text", "content": {"text": f"To a few, {n}"},
            "user_ids": dice.sample(file.users, FEW)})
    batches = send(api, file, BATCHES)
    people = session_tokens(api, file.tenant, dice.sample(file.users, READERS))
    for person in people:
        api.call("POST", "/api/v1/inbox/read", person, {"batch_ids": dice.sample(batches, READ)})
    api.close()


def move(bench, name, *arguments):
    started = time.monotonic()
    done = subprocess.run([bench.carillon, "migrate", *map(str, arguments)], check=True,
                          stdout=subprocess.PIPE, text=True)
    bench.under(f"moving_{name}_seconds", time.monotonic() - started,
                what=f"`carillon migrate` {name}, all of it")
    bench.note(f"moving_{name}_told", done.stdout.splitlines())
