#!/usr/bin/env python3
"""Several nodes over one PostgreSQL, disturbed one after another under load; then everything that
was answered must be there, once, in order, and every node must say the same.

Shape   Each round is one disturbance of each kind, in any order, while callers go on (node_load.py):
          kill      kill -9 of a node, and a restart
          stop      SIGSTOP of a node for longer than the database waits for its turn, and SIGCONT
          database  PostgreSQL crashes and starts again
          cut       a node's wire to the database: it must say that it is not ready, refuse quickly
          both      the same, and the one to the bus as well
          deaf      only the one to the bus: it must go on as if nothing had happened
          bus       the bus crashes and starts again: all go on
          clock     (the whole run) a node believes that it is minutes later, or earlier
        The others must go on during kill, stop and cuts; how long they stood still is measured.
        CARILLON_FAULT_ROUNDS sets the number of rounds.
Source  I1 to I6 of the design. What is checked is in history.py.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import organisation as org
from harness import BATCH_SEND, Lost, batch_path, bearer
from history import FAULT
from node_load import Load, texts_of
from nodes import (BUS, DATABASE, FAKETIME, Bus, Namespaces, Nodes, Plain, Proxies, as_json,
                   bus_connected, is_refusal, ready_of)
from postgres_cluster import PostgresCluster

FAULTS = ["kill", "stop", "database", "cut", "both", "deaf", "bus", "clock"]
CUTS = {"cut", "both", "deaf"}
OTHERS_WITHIN = 5.0  # seconds: so long may the others stand still
BACK_WITHIN = 40.0  # until the one that was disturbed accepts again
NOTICED_WITHIN = 20.0  # a cut wire
REFUSED_WITHIN = 3.0
WORKING_SECONDS = 2.0  # between two disturbances


class Run:
    def __init__(self, options, seed, nodes, load, cluster, bus, wires):
        self.options = options
        self.random = random.Random(seed)
        self.nodes, self.load = nodes, load
        self.cluster, self.bus_server, self.wires = cluster, bus, wires
        self.history = load.history
        self.worst = {}  # what is measured -> seconds

    def measured(self, name, seconds):
        self.worst[name] = max(self.worst.get(name, 0.0), seconds)

    def note(self, text):
        self.history.note(f"{FAULT} {text}")

    def any_node(self):
        return self.random.randrange(len(self.nodes))

    def others_went_on(self, fault, node, began):
        ended = time.monotonic()
        for other in range(len(self.nodes)):
            if other == node:
                continue
            self.load.await_accepted(other, ended, OTHERS_WITHIN)
            gap = self.load.longest_gap(other, began, ended)
            self.measured(f"{fault}: others", gap)
            self.history.expect(gap <= OTHERS_WITHIN, "the nodes", f"node {other} accepted nothing "
                                f"for {gap:.2f} s while node {node} had a {fault}")

    def back_again(self, fault, node, since):
        self.measured(f"{fault}: back", self.load.await_accepted(node, since, BACK_WITHIN))

    def all_alive(self):
        for number in range(len(self.nodes)):
            server = self.nodes[number]
            self.history.expect(server.alive(), "the nodes", f"node {number} ended by itself with "
                                f"{server.process.returncode}:\n{server.log_tail()}")

    # The disturbances.

    def kill(self):
        node = self.any_node()
        began = time.monotonic()
        self.note(f"kill of node {node}")
        self.nodes[node].kill()
        self.nodes[node].reap()
        time.sleep(self.random.random())  # paced
        self.nodes[node].start()
        since = time.monotonic()
        self.note(f"node {node} is ready again")
        self.others_went_on("kill", node, began)
        self.back_again("kill", node, since)

    def stop(self):
        node = self.any_node()
        seconds = 4 + 4 * self.random.random()
        began = time.monotonic()
        self.note(f"stop of node {node} for {seconds:.2f} s")
        os.kill(self.nodes[node].pid(), signal.SIGSTOP)
        try:
            time.sleep(seconds)  # paced
            self.others_went_on("stop", node, began)
        finally:
            os.kill(self.nodes[node].pid(), signal.SIGCONT)
        self.note(f"node {node} goes on")
        self.back_again("stop", node, time.monotonic())

    def database(self):
        self.note("the database crashes")
        self.cluster.stop()
        time.sleep(self.random.random() * 1.5)  # paced
        self.cluster.start()
        since = time.monotonic()
        self.note("the database is back")
        for node in range(len(self.nodes)):
            self.back_again("database", node, since)

    def deaf(self):
        node = self.any_node()
        self.note(f"cut of node {node} from the bus")
        began = time.monotonic()
        self.wires.cut(node, BUS)
        try:
            self.await_bus(node, 0)
            self.others_went_on("deaf", None, began)
        finally:
            self.wires.heal(node, BUS)
        self.note(f"node {node} is no longer cut off from the bus")
        self.await_bus(node, 1)

    def bus(self):
        self.note("the bus crashes")
        began = time.monotonic()
        self.bus_server.stop()
        for node in range(len(self.nodes)):
            self.await_bus(node, 0)
        self.others_went_on("bus", None, began)
        self.bus_server.start()
        self.note("the bus is back")
        for node in range(len(self.nodes)):
            self.await_bus(node, 1)

    def await_bus(self, node, connected):
        """Until the node says so itself."""
        deadline = time.monotonic() + NOTICED_WITHIN
        while bus_connected(self.nodes[node]) != connected:
            if time.monotonic() > deadline:
                return self.history.violate("the nodes", f"node {node} does not notice whether the "
                                            f"bus is there: {connected} is right")
            time.sleep(0.05)  # polling

    def both(self):
        self.cut("both", DATABASE + BUS)

    def cut(self, kind="cut", wires=DATABASE):
        node = self.any_node()
        self.note(f"{kind} of node {node} from the database")
        began = time.monotonic()
        self.wires.cut(node, wires)
        try:
            while (status := ready_of(self.nodes[node])) != 503:
                if time.monotonic() - began > NOTICED_WITHIN:
                    return self.history.violate("the nodes", f"node {node} was cut off from the "
                                                f"database and its /readyz says {status}")
                time.sleep(0.05)  # polling
            noticed = time.monotonic()
            self.measured(f"{kind}: noticed", noticed - began)
            self.note(f"node {node} noticed after {noticed - began:.2f} s")
            ask_until = noticed + 1 + 2 * self.random.random()
            while time.monotonic() < ask_until:
                self.refuses_quickly(node)
            self.others_went_on(kind, node, began)
            self.history.expect(ready_of(self.nodes[node]) == 503, "the nodes",
                                f"node {node} is cut off and says that it is ready")
        finally:
            self.wires.heal(node, wires)
        since = time.monotonic()
        self.note(f"node {node} is no longer cut off")
        self.back_again(kind, node, since)

    def refuses_quickly(self, node):
        """One call of each kind at once; none may wait for a database that is known to be away."""
        app = org.PROBE_APP
        token = bearer(self.probe_token)
        user = self.load.sampled[0]
        person = bearer(self.load.sessions[user])
        known = next(b for b in reversed(self.history.batches) if b.acknowledged)
        owner = bearer(self.load.tokens[known.app])
        calls = {
            "batch_send": ("POST", BATCH_SEND, token, as_json(
                {"user_ids": [user], "msg_type": "text", "content": {"text": f"never {app}"}})),
            "get_progress": ("GET", batch_path(known.id, "/get_progress"), owner, b""),
            "inbox": ("GET", "/api/v1/inbox?limit=5", person, b""),
            "books": ("GET", f"/api/v1/batches/{known.id}", owner, b"")}
        threads = [threading.Thread(target=self.refused, args=(node, name, call))
                   for name, call in calls.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def refused(self, node, name, call):
        began = time.monotonic()
        try:
            reply = self.nodes[node].once(*call, timeout=BACK_WITHIN)
        except Lost as problem:
            reply = problem
        seconds = time.monotonic() - began
        self.measured("cut: refused", seconds)
        good = not isinstance(reply, Lost) and is_refusal(reply)
        self.history.expect(good, "I8", f"{name} of node {node}, which is cut off: {reply!r}")
        self.history.expect(seconds <= REFUSED_WITHIN, "the nodes", f"{name} of node {node}, which "
                            f"is cut off, was refused after {seconds:.2f} s")

    # The whole.

    def rounds(self):
        self.probe_token = self.nodes[0].app_token(org.PROBE_APP, org.SECRET)
        kinds = [kind for kind in self.options.faults if kind != "clock"]
        for _ in range(self.options.rounds):
            for kind in self.random.sample(kinds, len(kinds)):
                if self.history.violations:
                    return
                time.sleep(WORKING_SECONDS * self.random.random())  # paced
                getattr(self, kind)()
                self.all_alive()
        for node in range(len(self.nodes)):
            self.load.await_accepted(node, time.monotonic(), BACK_WITHIN)

    def end(self):
        for number in range(len(self.nodes)):
            code = self.nodes[number].stop()
            self.history.expect(code == 0, "the contract", f"SIGTERM ended node {number} with "
                                f"{code}\n{self.nodes[number].log_tail()}")
        for number in range(len(self.nodes)):
            doctor = self.nodes.doctor(number)
            self.history.expect(doctor.returncode == 0, "I4", f"doctor: {doctor.stdout}")


def choose_wires(options):
    if not CUTS & set(options.faults):
        return Plain
    if options.network == "proxies" or not Namespaces.permitted():
        return Proxies
    return Namespaces


def print_story(run):
    print("The last events:")
    for at, text in run.history.events:
        print(f"  {at - run.history.began:9.4f} {text}")
    for number in range(len(run.nodes)):
        print(f"The log of node {number}:\n{run.nodes[number].log_tail()}")


def perform(options, seed, folder):
    began = time.monotonic()
    wires = choose_wires(options)(options.nodes)
    cluster = PostgresCluster(settings=wires.settings)
    nodes, bus = None, Bus(wires.bus_address)
    try:
        wires.attach(cluster, bus)
        store = cluster.new_store()
        rng = random.Random(seed)
        clocks = {}
        if "clock" in options.faults and FAKETIME:
            clocks[rng.randrange(options.nodes)] = rng.choice([-1, 1]) * rng.randrange(150, 600)
        stores = [wires.store(node, store, cluster) for node in range(options.nodes)]
        nodes = Nodes(options.binary, folder, stores, wires, clocks, bus=bus)
        org.make(options.binary, folder, nodes[0].data, "--store", store)
        nodes.start()
        load = Load(nodes, seed)
        load.prepare()
        print(f"{options.nodes} nodes, {type(wires).__name__.lower()}, clocks off by {clocks}, "
              f"{org.PEOPLE} people, {time.monotonic() - began:.1f} s", flush=True)
        run = Run(options, seed, nodes, load, cluster, bus, wires)
        load.start()
        run.rounds()
        load.stop()
        schema = store.split("search_path=")[1].rstrip("'")
        if not run.history.violations:
            load.settle(lambda: texts_of(cluster, schema))
        if not run.history.violations:
            run.end()
        if run.history.violations:
            print_story(run)
        summary(run, time.monotonic() - began)
        return run.history.violations
    finally:
        if nodes:
            nodes.kill_all()
        bus.stop()
        cluster.remove()
        wires.remove()


def summary(run, seconds):
    counts = run.load.counts
    times = ", ".join(f"{name} {worst:.2f}" for name, worst in sorted(run.worst.items()))
    print(f"at worst, seconds: {times}")
    print(f"rounds {run.options.rounds} accepted {counts['accepted']} recalled {counts['recalled']} "
          f"read {counts['read']} looked {counts['looked']} added {counts['added']} refused "
          f"{counts['refused']} without answer {counts['without answer']} "
          f"violations {len(run.history.violations)}, {seconds:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--faults", type=lambda text: text.split(","), default=FAULTS)
    parser.add_argument("--rounds", type=int,
                        default=int(os.environ.get("CARILLON_FAULT_ROUNDS") or 1))
    parser.add_argument("--network", choices=["auto", "proxies"], default="auto")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the data folders behind")
    options = parser.parse_args()
    if unknown := set(options.faults) - set(FAULTS):
        parser.error(f"unknown faults: {unknown}")
    options.binary = os.path.abspath(options.binary)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    sys.setswitchinterval(0.0005)
    folder = tempfile.mkdtemp(prefix="carillon-nodes-")
    violations = True
    try:
        violations = perform(options, seed, folder)
    finally:
        if options.keep or violations:
            print(f"data kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
