#!/usr/bin/env python3
"""How many batches a second one store takes from several nodes, and how long a call waits: a model.

  bench/scale_model.py            checks itself against what was measured, then looks ahead

Model   One log, one writer at a time. A node gathers what waits there, 1,024 commands at most, and
        asks for the turn; nodes get it in the order in which they asked. A turn takes
            TURN + PASS if another node had the one before + BATCH for each command.
        TURN is a round trip to PostgreSQL and one sync of its disk; PASS is the lock changing hands
        and reading what the others have written; BATCH is CPU of the node and of PostgreSQL.
        The three come from `make bench WORKLOAD=nodes` on two cores that everything shared; a
        machine for PostgreSQL alone has a smaller BATCH.
Output  Tables in Markdown, as they stand in docs/operating/scale.md. Each seed gives the same.
"""

import argparse
import collections
import heapq
import math
import random
import statistics

GROUP_MAX = 1024
ANSWER = 8e-6  # until the next answer of a group is out and its caller back


class Store:
    """Nodes ask for the turn one after another, each with the group it has gathered by then."""

    def __init__(self, nodes, costs):
        self.lines = [[] for _ in range(nodes)]  # when each of those who wait came
        self.asked = collections.deque()  # (node, its group)
        self.asks = [False] * nodes
        self.costs, self.rng = costs, random.Random(2)
        self.holder = None
        self.turns = self.commands = 0

    def call(self, node, came):
        self.lines[node].append(came)
        self.ask(node)

    def ask(self, node):
        if self.asks[node] or not self.lines[node]:
            return
        self.asked.append((node, self.lines[node][:GROUP_MAX]))
        del self.lines[node][:GROUP_MAX]
        self.asks[node] = True

    def take_turn(self):
        """(how long it takes, the node, its group); None if nobody asks."""
        if not self.asked:
            return None
        node, group = self.asked.popleft()
        turn, passing, batch = self.costs
        fixed = turn + (passing if self.holder not in (None, node) else 0)
        self.holder = node
        self.turns += 1
        self.commands += len(group)
        # A sync takes now more, now less.
        return fixed * self.rng.uniform(0.7, 1.3) + batch * len(group), node, group

    def end_turn(self, node):
        self.asks[node] = False
        self.ask(node)

    def waiting(self):
        return sum(map(len, self.lines)) + sum(len(group) for _, group in self.asked)


def run(store, coming, seconds, answered):
    """From call to call and turn to turn; `coming` is a heap of (when, node) that grows by
    answered(now, node, group)."""
    now = 0.0
    while now < seconds:
        turn = store.take_turn()
        if turn is None:
            now, node = heapq.heappop(coming)
            store.call(node, now)
            continue
        took, holder, group = turn
        now += took
        while coming and coming[0][0] <= now:
            store.call(*reversed(heapq.heappop(coming)))
        store.end_turn(holder)
        answered(now, holder, group)
    return now


def closed(nodes, callers, costs, seconds=20):
    """Each caller asks again once it was answered, and answers go out one after another:
    (batches a second, batches a turn)."""
    store = Store(nodes, costs)
    coming = [(0.0, caller % nodes) for caller in range(callers)]

    def answered(now, node, group):
        for place in range(len(group)):
            heapq.heappush(coming, (now + (place + 1) * ANSWER, node))

    now = run(store, coming, seconds, answered)
    return store.commands / now, store.commands / store.turns


def opened(nodes, rate, costs, seconds=20):
    """Calls come as they like: (median, p99) of the wait in ms; None if the line only grows."""
    rng, store = random.Random(1), Store(nodes, costs)
    coming, at, waits = [], 0.0, []
    while at < seconds + 1:
        at += rng.expovariate(rate)
        coming.append((at, rng.randrange(nodes)))
    run(store, coming, seconds,
        lambda now, _, group: waits.extend(now - came for came in group))
    if store.waiting() > rate:  # a second of calls
        return None
    waits.sort()
    return statistics.median(waits) * 1000, waits[len(waits) * 99 // 100] * 1000


def show(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turn-ms", type=float, default=0.2)
    parser.add_argument("--pass-ms", type=float, default=0.0)
    parser.add_argument("--batch-us", type=float, default=40)
    options = parser.parse_args()
    costs = (options.turn_ms / 1e3, options.pass_ms / 1e3, options.batch_us / 1e6)

    rows = []
    for nodes, callers, measured in MEASURED:
        rate, group = closed(nodes, callers, costs)
        rows.append((str(nodes), f"{callers:,}", f"{measured:,}", f"{rate:,.0f}", f"{group:.0f}"))
    show(("nodes", "callers", "measured, batches/s", "model", "batches a turn"), rows)

    rows = []
    for rate in (100, 500, 1000, 2000, 4000, 6000):
        cells = [f"{rate:,}"]
        for nodes in (1, 3, 6, 12):
            wait = opened(nodes, rate, costs)
            cells.append(f"{wait[0]:.1f} / {wait[1]:.1f}" if wait else "too much")
        rows.append(tuple(cells))
    show(("batches/s", "1 node", "3 nodes", "6 nodes", "12 nodes"), rows)

    show(("mean audience", "batches a day", "at peak, a second", "receipts at peak, a second",
          "memory a node, in one store", "tables grow by, a day", "stores", "because of"),
         [stores_needed(audience) for audience in (10, 100, 1000, 10_000, 100_000)])


def stores_needed(audience):
    """What 100 million people and 5 billion deliveries a day need, by the mean size of an audience:
    the smallest number of stores in which nothing is over its limit."""
    batches = DELIVERIES / audience
    people, records = PEOPLE * PERSON_BYTES, batches * KEPT_DAYS * RECORD_BYTES
    reads = DELIVERIES * READ_SHARE
    tables = batches * batch_bytes(audience) + reads * RECEIPT_BYTES
    peaks = {"batches": (batches / 86400 * PEAK, 2000), "receipts": (reads / 86400 * PEAK, 10_000),
             "memory": (people + records, 60e9), "tables": (tables * KEPT_DAYS, 20e12)}
    needs = {what: math.ceil(peak / limit) for what, (peak, limit) in peaks.items()}
    most = max(needs, key=needs.get)
    return (f"{audience:,}", f"{batches / 1e6:,.1f} M", f"{peaks['batches'][0]:,.0f}",
            f"{peaks['receipts'][0]:,.0f}", f"{(people + records) / 1e9:,.0f} GB",
            f"{tables / 1e9:,.0f} GB", f"{needs[most]}", most)


def batch_bytes(audience):
    """In all tables: measured for 2, 200 and 1,000 people, and in proportion between them."""
    known = ((1, 1270), (2, 1283), (200, 2720), (1000, 5216), (10**9, 5216))
    for (few, least), (many, most) in zip(known, known[1:]):
        if audience <= many:
            return least + (most - least) * (audience - few) / (many - few)
    return known[-1][1]


# What is asked of it, and what each of it costs: docs/operating/scale.md.
PEOPLE, DELIVERIES, READ_SHARE, PEAK, KEPT_DAYS = 100e6, 5e9, 0.5, 5, 30
PERSON_BYTES, RECORD_BYTES, RECEIPT_BYTES = 186, 250, 117

# `make bench WORKLOAD=nodes`: nodes, callers in all, batches a second.
MEASURED = ((1, 48, 20145), (1, 480, 25968), (2, 48, 17869), (2, 480, 25711), (4, 48, 12562),
            (4, 480, 21273))


if __name__ == "__main__":
    main()
