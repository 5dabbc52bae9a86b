"""A ten-person batch of one app while a batch of another app to a million people is being sent.

How much later it is on the page of the last of the ten: what it takes when it is sent at a random
moment after the call for the million, less the median of what it takes alone. Alone and beside take
turns; each run has eighty of each, and its 99th percentile counts. People's numbers are random
with respect to the department tree: the sets of a million are largest then.
"""

import math
import random
import time

from harness import RUNS, Api, median, session_token
import organisations
from workloads.million import Scene

SAMPLES = 80  # more would write over 500 MB
LATEST_MS = 15  # the moments reach beyond the end of the million


def run(bench):
    large = organisations.large(bench, "random")
    data = large.copy(bench, "beside")
    with bench.serve(data, profile="own") as server:
        Beside(bench, server, large.file, "random").compare()


class Beside(Scene):
    def __init__(self, bench, server, file, shape):
        super().__init__(bench, server, file, shape)
        self.second_sender = Api(server.port)
        self.dice = random.Random(5)
        self.people = self.dice.sample(file.users, 10)
        self.tenth = session_token(self.sender, file.tenant, self.people[-1])

    def compare(self):
        delays, alone_all = [], []
        for count in range(RUNS + 1):
            alone, beside = [], []
            for _ in range(SAMPLES):
                alone.append(self.ten() * 1000)
                beside.append(self.beside_a_million() * 1000)
            if count > 0:  # the first is the warm-up
                delays.append(p99(beside) - median(alone))
                alone_all.append(p99(alone) - median(alone))
        self.bench.under("beside_delay_p99_ms", delays, 50, 5,
                         "delay of a ten-person batch while another app's million is sent, p99")
        self.bench.under("beside_alone_p99_ms", alone_all,
                         what="the same alone: how far its p99 is from its median")

    def ten(self):
        body = self.body(user_ids=self.people)
        started = time.monotonic()
        self.send(self.second_sender, 0, body)
        shown = self.wait_for(body, self.tenth)
        self.batch_id(self.second_sender)
        return shown - started

    def beside_a_million(self):
        self.send(self.sender, 1, self.everybody())
        time.sleep(self.dice.uniform(0, LATEST_MS) / 1000)
        took = self.ten()
        self.wait_until_sent(self.batch_id(self.sender))
        return took


def p99(values):
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]
