"""Live inboxes: one message to everybody connected, a stream of them, and what waiting costs.

One organisation of 18,000 people, each with a session token and, at most, one socket. The bare
send() loop (bench/baseline_send.cc) has as many sockets of its own and sends the same bytes: our
frame as it came off a socket. Server or loop on core 0, clients on core 1; turns alternate.

  one_shot   a batch to everybody; from its POST (the loop's first send()) until the last socket has
             it: the time of ours over the loop's. Ours takes the call and syncs the batch to disk
             meanwhile, a few milliseconds that weigh most with the fewest sockets.
  stream     as many batches as make half a million deliveries, at most 64 calls under way; the loop
             goes over its sockets once a message.
  memory     growth of the server's resident memory by 15,000 sockets that are signed in and idle;
             15,000 since the open-file limit may be 20,000. The kernel's part is not in it.
"""

import time

from fanout_client import BareSend, Fanout
from harness import SERVER_CORE, WIDE_LIMITS, Api, median, session_token, tenant_token
import organisations

SIZES = [1_000, 10_000, 18_000]
RATIO_MAX = {10_000: 1.15, 18_000: 1.15}  # with few sockets the call and the sync weigh most
PEOPLE = max(SIZES)
MEMORY_SOCKETS = [1_000, 5_000, 15_000]
RUNS = 5
STREAM_DELIVERIES = 500_000
CALLS_UNDER_WAY = 64
SEND = "/open-apis/message/v4/batch_send/"
TEXT = ("Dear colleague, the canteen on the second floor is closed on Friday for maintenance. "
        "Lunch is served in the east building from 11:30 to 13:30.")


def run(bench):
    data = organisations.flat(bench, "live", PEOPLE)
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        ours = Ours(bench, server)
        memory(bench, ours)
        message = bench.temp / "live.frame"
        ours.save_frame(message)
        for sockets in SIZES:
            with BareSend(bench, message) as bare:
                with bare.subscribe(bench, sockets, message) as theirs, \
                        ours.subscribe(sockets) as mine:
                    one_shot(bench, sockets, (mine, ours), (theirs, bare))
                    stream(bench, sockets, (mine, ours), (theirs, bare))
        ours.close()


class Ours:
    """A server with the organisation of organisations.flat(), and how it is published to."""

    def __init__(self, bench, server, people=PEOPLE):
        self.bench, self.server, self.people = bench, server, people
        self.number = 0
        api = Api(server.port)
        self.app = tenant_token(api, *organisations.APP)
        self.tokens = bench.temp / "live.tokens"
        with open(self.tokens, "w", encoding="utf-8") as out:
            for user in organisations.flat_users(people):
                out.write(session_token(api, organisations.TENANT, user) + "\n")
        self.calls = [api] + [Api(server.port) for _ in range(CALLS_UNDER_WAY - 1)]

    def close(self):
        for api in self.calls:
            api.close()

    def subscribe(self, sockets, **options):
        return Fanout(self.bench, "ws", self.server.port, sockets, path="/api/v1/inbox/live",
                      tokens=self.tokens, ready='"type":"ready"', **options)

    def publish(self, messages):
        """A batch to everybody for each; the moment before the first call."""
        bodies = []
        for _ in range(messages):
            self.number += 1
            bodies.append({"msg_type": "text", "content": {"text": f"{TEXT} {self.number:05}"},
                           "department_ids": [organisations.EVERYBODY]})
        calls = self.calls
        began = time.monotonic_ns()
        for number, body in enumerate(bodies):
            if number >= len(calls):
                self._check(calls[number % len(calls)])
            calls[number % len(calls)].send("POST", SEND, self.app, body)
        for number in range(max(0, messages - len(calls)), messages):
            self._check(calls[number % len(calls)])
        return began

    @staticmethod
    def _check(api):
        if b'"code":0' not in api.receive():
            raise RuntimeError("batch_send was refused")

    def save_frame(self, file):
        """Our frame as a socket gets it; what it carries goes to FILE.payload."""
        with self.subscribe(1, save=file) as one:
            one.one_shot(self.publish)
            one.save()


def memory(bench, ours):
    for count in MEMORY_SOCKETS:
        ours.server.wait_until_idle()
        before = ours.server.memory_mb()
        with ours.subscribe(count) as sockets:
            ours.server.wait_until_idle()
            idle = (ours.server.memory_mb() - before) * 1024 / count
            bench.note(f"live_socket_kib_{count}", idle)
            sockets.one_shot(ours.publish)
            ours.server.wait_until_idle()
            after_message = (ours.server.memory_mb() - before) * 1024 / count
            bench.note(f"live_socket_kib_{count}_after_a_message", after_message)
        ours.server.wait_until_idle()
    bench.under("live_idle_kib_per_socket", idle, 3, 1.2,
                f"memory per idle live inbox at {count:,}, KiB")


def turns(bench, name, pairs, measure):
    """One warm-up and RUNS turns of each pair, alternating; the results of both."""
    results = [[] for _ in pairs]
    for turn in range(RUNS + 1):
        for place in reversed(range(len(pairs))):
            fanout, publisher = pairs[place]
            value = measure(fanout, publisher)
            publisher_idle(publisher)
            if turn > 0:  # the first is the warm-up
                results[place].append(value)
    bench.note(name, results[0])
    bench.note(f"{name}_bare", results[1])
    return results


def publisher_idle(publisher):
    getattr(publisher, "server", publisher).wait_until_idle()


def one_shot(bench, sockets, *pairs):
    mine, theirs = turns(bench, f"live_one_shot_{sockets}_runs_ms", pairs,
                         lambda fanout, publisher: fanout.one_shot(publisher.publish))
    for part in ("first", "p50", "p99", "last"):
        bench.note(f"live_one_shot_{sockets}_{part}_ms", median(run[part] for run in mine))
        bench.note(f"live_one_shot_{sockets}_{part}_bare_ms", median(run[part] for run in theirs))
    ratios = [ours["last"] / bare["last"] for ours, bare in zip(mine, theirs)]
    bench.note(f"live_one_shot_{sockets}_ratios", ratios)
    bench.under(f"live_one_shot_ratio_{sockets}", ratios, RATIO_MAX.get(sockets), 1.0,
                f"one message to {sockets:,} live inboxes, time to the last, vs bare send()")


def stream(bench, sockets, *pairs):
    messages = max(1, STREAM_DELIVERIES // sockets)
    mine, _ = turns(bench, f"live_stream_{sockets}_per_second", pairs,
                    lambda fanout, publisher: fanout.stream(publisher.publish, messages))
    bench.at_least(f"live_stream_{sockets}_per_second", mine, 200_000,
                   what=f"a stream to {sockets:,} live inboxes, deliveries a second")
