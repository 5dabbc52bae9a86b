#!/usr/bin/env python3
"""Several nodes on a PostgreSQL of three members, whose primary is lost and replaced under load;
then everything that was answered must be there, once, in order, and every node must say the same.

Shape   Each round is one of each kind, in any order, while callers go on (node_load.py):
          kill        the machine of the primary: PostgreSQL, Patroni and etcd at once, kill -9.
                      Just before, nothing reaches the standbys any more, so that a commit which
                      did not wait for one is lost for sure. Once another is primary, and every
                      node accepts again, the machine comes back as a standby.
          blink       the same, but the machine is back before its lock has run out
          standby     the machine of the standby that commits wait for
          switchover  in order, by patronictl
        The first round is `kill` and `switchover`. CARILLON_FAULT_ROUNDS sets the number of
        rounds. With --asynchronous nothing waits for a standby: the test must then fail.
Source  I1 to I6 of the design; what is checked is in history.py. deploy/patroni/patroni.yml is what
        runs, patroni_cluster.py says with which changes.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import organisation as org
from node_load import Load, texts_of
from nodes import Nodes, Plain, ready_of
from nodes_test import Run, print_story, summary
from patroni_cluster import LOOP_WAIT, TTL, PatroniCluster, send

FIRST = ["kill", "switchover"]
FAULTS = FIRST + ["blink", "standby"]
FROZEN_SECONDS = 0.7
NOTICED_WITHIN = 10.0  # that the primary is gone
BACK_WITHIN = 2 * TTL + 20.0  # seconds: an election after the lock has run out, and all that waits
WORKING_SECONDS = 2.0


class PatroniRun(Run):
    def lose(self, member):
        """Its machine is gone, and whatever was answered without a standby's word with it."""
        send(signal.SIGSTOP, member.senders())
        time.sleep(FROZEN_SECONDS)  # paced
        member.kill()
        return time.monotonic()

    def await_whole(self, kind, since):
        self.cluster.wait_for(self.cluster.whole, "the cluster does not become whole again", 90)
        self.measured(f"{kind}: whole again", time.monotonic() - since)
        self.note(f"whole again: {self.cluster.states()}")

    def all_accept(self, kind, began):
        """Every node goes on; how long it stood still."""
        since = time.monotonic()
        for node in range(len(self.nodes)):
            self.load.await_accepted(node, since, BACK_WITHIN)
        for node in range(len(self.nodes)):
            self.measured(f"{kind}: nothing accepted",
                          self.load.longest_gap(node, began, time.monotonic()))

    def kill(self):
        primary = self.cluster.primary()
        self.note(f"kill of {primary.name}, the primary")
        began = time.monotonic()
        killed = self.lose(primary)
        for node in range(len(self.nodes)):
            while (status := ready_of(self.nodes[node])) == 200:
                if time.monotonic() - killed > NOTICED_WITHIN:
                    return self.history.violate("the nodes", f"the primary is gone, and /readyz of "
                                                f"node {node} says {status}")
                time.sleep(0.05)  # polling
        self.measured("kill: noticed", time.monotonic() - killed)
        self.cluster.wait_for(lambda: self.cluster.primary() is not None, "nobody takes over")
        after = self.cluster.primary()
        self.history.expect(after is not primary, "the test", "the one that was killed is primary")
        self.measured("kill: another primary", time.monotonic() - killed)
        self.note(f"{after.name} is primary")
        self.all_accept("kill", began)
        primary.start()
        self.await_whole("kill", time.monotonic())

    def blink(self):
        primary = self.cluster.primary()
        away = self.random.random() * (TTL - 2 * LOOP_WAIT)
        self.note(f"kill of {primary.name}, the primary, which is back after {away:.2f} s")
        began = time.monotonic()
        self.lose(primary)
        time.sleep(away)  # paced
        primary.start()
        self.await_whole("blink", time.monotonic())
        self.all_accept("blink", began)

    def standby(self):
        member = self.standby_in_step()
        self.note(f"kill of {member.name}, the standby in step")
        began = time.monotonic()
        member.kill()
        self.cluster.wait_for(lambda: self.standby_in_step() not in (None, member),
                              "commits go on waiting for a standby that is gone")
        self.all_accept("standby", began)
        member.start()
        self.await_whole("standby", time.monotonic())

    def standby_in_step(self):
        states = self.cluster.states()
        return next((member for member in self.cluster.members
                     if states.get(member.name) == "sync_standby"), None)

    def switchover(self):
        before = self.cluster.primary()
        after = self.standby_in_step() or self.random.choice(
            [member for member in self.cluster.members if member is not before])
        self.note(f"switchover from {before.name} to {after.name}")
        began = time.monotonic()
        said = self.cluster.switch_over(before, after)
        self.history.expect("Successfully switched over" in said, "the test", said)
        self.cluster.wait_for(lambda: self.cluster.primary() is after, "nobody takes over")
        self.all_accept("switchover", began)
        self.await_whole("switchover", began)

    def rounds(self):
        for number in range(self.options.rounds):
            kinds = self.options.faults or (FIRST if number == 0 else FAULTS)
            for kind in self.random.sample(kinds, len(kinds)):
                if self.history.violations:
                    return
                time.sleep(WORKING_SECONDS * self.random.random())  # paced
                getattr(self, kind)()
                self.all_alive()


def perform(options, seed, folder):
    began = time.monotonic()
    cluster = PatroniCluster({"synchronous_mode": False} if options.asynchronous else None)
    nodes = None
    try:
        store = cluster.store()
        nodes = Nodes(options.binary, folder, [store] * options.nodes, Plain(options.nodes), {})
        org.make(options.binary, folder, nodes[0].data, "--store", store)
        nodes.start()
        load = Load(nodes, seed)
        load.prepare()
        print(f"{options.nodes} nodes, {org.PEOPLE} people, {cluster.states()}, lock held for "
              f"{TTL} s, {time.monotonic() - began:.1f} s", flush=True)
        run = PatroniRun(options, seed, nodes, load, cluster, None, None)
        load.start()
        run.rounds()
        load.stop()
        if not run.history.violations:
            load.settle(lambda: texts_of(cluster, "public"))
        if not run.history.violations:
            run.end()
        if run.history.violations:
            print_story(run)
        summary(run, time.monotonic() - began)
        return run.history.violations
    finally:
        if nodes:
            nodes.kill_all()
        cluster.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--faults", type=lambda text: text.split(","), help="in each round")
    parser.add_argument("--rounds", type=int,
                        default=int(os.environ.get("CARILLON_FAULT_ROUNDS") or 1))
    parser.add_argument("--asynchronous", action="store_true")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the data folders behind")
    options = parser.parse_args()
    if unknown := set(options.faults or []) - set(FAULTS):
        parser.error(f"unknown faults: {unknown}")
    options.binary = os.path.abspath(options.binary)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    sys.setswitchinterval(0.0005)
    folder = tempfile.mkdtemp(prefix="carillon-patroni-nodes-")
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
