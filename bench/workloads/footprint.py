"""What an organisation costs while nobody does anything much: import, start-up, memory, disk.

For 0, 100,000 and 1,000,000 users. Each run starts the server on the same folder, sends one batch
to everybody, shows some people their page, and reads the resident memory when all is quiet; the
start is from the command to the ready line. Disk is what the folder takes after the last stop.
"""

import random
import time

from harness import Api, rounds, session_tokens, tenant_token
import organisations

PAGES = 200
SIZES = {0: None, 100_000: "tenth", 1_000_000: "tree"}
# users -> floor and aim
START, RSS, IMPORT = {1_000_000: (1, 0.5)}, {0: (20, 12), 1_000_000: (300, 150)}, {1_000_000: (30,)}


def run(bench):
    for users, shape in SIZES.items():
        file, data = None, bench.work / "empty"
        if shape:
            large = organisations.large(bench, shape)
            file, data = large.file, large.copy(bench, f"footprint-{users}")
            bench.under(f"import_seconds_{users}", large.import_seconds, *IMPORT.get(users, ()),
                        what=f"import of {users:,} users, server stopped")
        measured, = rounds(lambda: start_and_use(bench, data, file))
        starts, rss, peaks = zip(*measured)
        bench.under(f"start_seconds_{users}", starts, *START.get(users, ()),
                    what=f"start with {users:,} users")
        bench.under(f"rss_mb_{users}", rss, *RSS.get(users, ()),
                    what=f"resident with {users:,} users, after a batch and {PAGES} pages"
                    if users else "resident, empty server")
        bench.note(f"rss_peak_mb_{users}", peaks)
        disk = sum(path.stat().st_blocks * 512 for path in data.rglob("*") if path.is_file())
        bench.under(f"disk_mb_{users}", disk / 1e6, what=f"on disk with {users:,} users")


def start_and_use(bench, data, file):
    started = time.monotonic()
    with bench.serve(data, profile="own") as server:
        took = time.monotonic() - started
        if file:
            use(server, file)
        server.wait_until_idle(5)
        return took, server.memory_mb(), server.memory_mb("VmHWM")


def use(server, file):
    api = Api(server.port)
    token = tenant_token(api, *file.apps[0])
    api.call("POST", "/open-apis/message/v4/batch_send/", token, {
        "msg_type": "text", "content": {"text": "hello"}, "department_ids": file.top})
    server.wait_until_idle()
    people = random.Random(3).sample(file.users, PAGES)
    for person in session_tokens(api, file.tenant, people):
        api.call("GET", "/api/v1/inbox", person)
    api.close()
