#!/usr/bin/env python3
"""Three nodes behind HAProxy are brought from one version to the next, one after another, under
load: no call fails, nothing is lost or doubled.

Shape   upgrade_test.py OLD NEW: two programs; tools/build-previous.sh builds the old one from an
        earlier commit, between which and today the tables have changed.
        All nodes begin as OLD. Then each is stopped in order and started as NEW with the same data
        folder; the first of them brings the tables up to date while OLD ones go on. In between an
        OLD one is stopped and started as OLD again, which it must be able to if the tables say so
        (carillon_schema.works_with); if they say that it may not, it must refuse.
        Callers (node_load.py) know HAProxy only, as deploy/haproxy.cfg has it, and nothing may be
        refused or left without an answer; what they see is held against history.py. People with a
        live inbox come back with their cursor when a node goes, and must hear of each message
        once, and of none too few.
        CARILLON_FAULT_ROUNDS sets how often it is done, each time on a new store.
"""

import argparse
import base64
import contextlib
import importlib.util
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import organisation as org
from harness import ADMIN, Connection, Lost, Server, bearer, parse_head
from history import FAULT
from node_load import Load, texts_of

# By its place: a module of this folder has the same name.
_spec = importlib.util.spec_from_file_location("deploy_nodes", ROOT / "deploy" / "nodes.py")
deploy_nodes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(deploy_nodes)

# Rates are counted, and never reached.
SETTINGS = ("feishu.rate_per_second=10000", "feishu.rate_per_minute=600000",
            "feishu.daily_recipients=0", "feishu.receiver_rate_per_second=0", "log.level=warn")
CALLS_BETWEEN = 300  # answered at least between two steps
LIVE_PEOPLE = 4
UP_WITHIN = 60.0


class Far(Server):
    """A server that somebody else has started."""

    def __init__(self, port, log_path):
        super().__init__(None, log_path.removesuffix(".log"))
        self.address = ("127.0.0.1", port)


class Live(threading.Thread):
    """One person's live inbox, opened again with the last cursor whenever it ends."""

    def __init__(self, port, token, history, user):
        super().__init__(daemon=True)
        self.port, self.token, self.history, self.user = port, token, history, user
        self.cursor = self.connection = None
        self.heard = []  # (batch_id, text)
        self.opened = 0
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.is_set():
                try:
                    self.listen()
                except Lost as problem:
                    self.history.note(f"the live inbox of {self.user} ended: {problem}")
                    self.over.wait(0.02)  # paced
        except Exception as problem:  # a fault of the test must not look like a quiet inbox
            self.history.violate("the test", f"live inbox: {problem!r}")

    def listen(self):
        self.connection = Connection(("127.0.0.1", self.port), timeout=60)
        try:
            self.open()
            while True:
                self.hear(json.loads(self.frame()))
        finally:
            self.connection.close()

    def open(self):
        target = "/api/v1/inbox/live" + (f"?cursor={self.cursor}" if self.cursor else "")
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
                   "Authorization": f"Bearer {self.token}"}
        lines = [f"GET {target} HTTP/1.1", "Host: carillon"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.connection.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        while (end := self.connection.buffer.find(b"\r\n\r\n")) < 0:
            self.connection.fill()
        status, _ = parse_head(self.connection.buffer[:end])
        self.connection.buffer = self.connection.buffer[end + 4:]
        self.history.expect(status == 101, "I8", f"a live inbox was answered {status}")
        if status != 101:
            raise Lost(f"refused with {status}")
        self.opened += 1

    def take(self, count):
        while len(self.connection.buffer) < count:
            self.connection.fill()
        piece = self.connection.buffer[:count]
        self.connection.buffer = self.connection.buffer[count:]
        return piece

    def frame(self):
        """The next text; pings are passed over, since the test is shorter than their patience."""
        while True:
            kind, size = self.take(2)
            if size == 126:
                size = int.from_bytes(self.take(2), "big")
            elif size == 127:
                size = int.from_bytes(self.take(8), "big")
            body = self.take(size)
            if kind & 15 == 8:
                raise Lost(f"closed with {int.from_bytes(body[:2], 'big')} {body[2:]!r}")
            if kind & 15 == 1:
                return body

    def hear(self, event):
        self.cursor = event.get("cursor", self.cursor)
        if event["type"] == "message":
            self.heard.append((event["batch_id"], event["content"]["text"]))
        if event["type"] == "resync":
            self.history.violate("the test", f"{self.user} missed more than is told one by one")

    def check(self, whole):
        """Nothing twice, nothing that nobody sent; what is in the inbox now was told, in each app's
        order."""
        texts = [text for _, text in self.heard]
        self.history.expect(len(set(texts)) == len(texts), "I2",
                            f"{self.user} heard of something twice")
        newest = {}
        for batch_id, text in self.heard:
            batch = self.history.by_text.get(text)
            if batch is None or batch.id != batch_id or not batch.people.holds(self.user):
                self.history.violate("I7", f"{self.user} heard of {text} as {batch_id}")
                continue
            self.history.expect(newest.get(batch.app, -1) < batch.number, "I3",
                                f"{self.user} heard of it after {newest.get(batch.app)}", batch)
            newest[batch.app] = batch.number
        for text in set(whole) - set(texts):
            self.history.violate("I2", f"{self.user} did not hear of {text}",
                                 self.history.by_text.get(text))

    def end(self):
        self.over.set()
        if self.connection:
            with contextlib.suppress(OSError):
                self.connection.socket.shutdown(socket.SHUT_RDWR)
        self.join(70)


class Upgrade:
    def __init__(self, options, seed, nodes):
        self.options, self.nodes = options, nodes
        self.random = random.Random(seed)
        self.front = Far(nodes.port, f"{nodes.folder}/haproxy.log")
        self.direct = [Far(node.port, node.log) for node in nodes.nodes]
        self.load = Load([self.front], seed)
        self.history = self.load.history
        self.lives = []
        self.refused = None  # the node that could not start as OLD again

    def note(self, text):
        self.history.note(f"{FAULT} {text}")
        print(f"{time.monotonic() - self.history.began:7.1f} {text}", flush=True)

    def schema(self):
        name = self.nodes.store.split("search_path=")[1].rstrip("'")
        answer = self.nodes.cluster.ask(
            f"SELECT version || ' ' || works_with FROM {name}.carillon_schema")
        return tuple(int(word) for word in answer.split())

    def prepare(self):
        path = f"{self.nodes.folder}/org.jsonl"
        org.write(path)
        body = pathlib.Path(path).read_bytes()
        headers = dict(bearer(ADMIN), **{"Content-Type": "application/x-ndjson"})
        reply = self.direct[0].once("POST", "/api/v1/import", headers, body, timeout=180)
        if reply.status != 200:
            raise RuntimeError(f"import: {reply}")
        self.load.prepare()
        for user in self.load.sampled[:LIVE_PEOPLE]:
            live = Live(self.nodes.port, self.load.sessions[user], self.history, user)
            # From the beginning: the cursor of an inbox in which nothing is yet.
            page = self.front.once("GET", "/api/v1/inbox?limit=1", bearer(self.load.sessions[user]))
            live.cursor = page.json()["cursor"]
            self.lives.append(live)

    def calls(self):
        counts = self.load.counts
        return sum(counts[kind] for kind in ("accepted", "recalled", "read", "looked", "added"))

    def failed(self):
        return self.load.counts["refused"] + self.load.counts["without answer"]

    def await_calls(self, what):
        """That many go on from here, and none has failed."""
        goal = self.calls() + CALLS_BETWEEN
        deadline = time.monotonic() + UP_WITHIN
        while self.calls() < goal and not self.history.violations:
            if time.monotonic() > deadline:
                self.history.violate("the nodes", f"{what}: calls do not go on")
            time.sleep(0.05)  # polling
        self.history.expect(self.failed() == 0, "the nodes", f"{what}: {dict(self.load.counts)}")

    def stop(self, node):
        """As an operator does it; returns the exit status."""
        node.stop()
        self.history.expect(node.process.returncode == 0, "the contract", f"SIGTERM ended "
                            f"{node.name} with {node.process.returncode}\n{self.tail(node)}")

    def start(self, node, binary):
        node.command = [binary, *node.command[1:]]
        node.start()
        node.await_ready()
        self.nodes.wait_for(lambda: self.nodes.state("nodes", node.name).startswith("UP"),
                            f"haproxy does not find {node.name} ready", UP_WITHIN)

    @staticmethod
    def tail(node):
        return pathlib.Path(node.log).read_text(encoding="utf-8", errors="replace")[-2000:]

    def upgrade(self, node):
        before = self.schema()
        if node is not self.refused:
            self.stop(node)
        self.refused = None
        self.start(node, self.options.new)
        after = self.schema()
        changed = "" if before == after else f", tables went from {before[0]} to {after[0]}, " \
            f"with which programs from {after[1]} on work"
        self.note(f"{node.name} is new{changed}")
        self.await_calls(f"after {node.name} became new")

    def restart_as_old(self, node, known):
        """`known`: the newest tables that the old version knows of."""
        works_with = self.schema()[1]
        self.stop(node)
        if works_with <= known:
            self.start(node, self.options.old)
            self.note(f"{node.name} was restarted and is old still")
        else:
            node.start()
            code = node.process.wait(UP_WITHIN)
            self.history.expect(code != 0, "the contract", "an old program took newer tables")
            self.refused = node
            self.note(f"{node.name} was refused: tables are for {works_with} and newer")
        self.await_calls(f"after {node.name} was restarted")

    def all_alive(self):
        for node in self.nodes.nodes:
            alive = node is self.refused or node.process.poll() is None
            self.history.expect(alive, "the nodes", f"{node.name} ended by itself with "
                                f"{node.process.returncode}:\n{self.tail(node)}")

    def run(self):
        first = self.schema()
        self.load.start()
        for live in self.lives:
            live.start()
        self.await_calls("at the beginning")
        order = self.random.sample(self.nodes.nodes, len(self.nodes.nodes))
        steps = [(self.upgrade, (order[0],)), (self.restart_as_old, (order[1], first[0])),
                 (self.upgrade, (order[1],)), (self.upgrade, (order[2],))]
        for step, args in steps:
            if not self.history.violations:
                step(*args)
                self.all_alive()
        self.load.stop()
        self.history.expect(self.failed() == 0, "the nodes", f"calls failed: {self.load.counts}")
        if not self.history.violations:
            self.settle()
        for live in self.lives:
            live.end()

    def settle(self):
        self.load.nodes = self.direct  # each must say the same
        schema = self.nodes.store.split("search_path=")[1].rstrip("'")
        self.load.settle(lambda: texts_of(self.nodes.cluster, schema))
        for live in self.lives:
            whole = set(self.whole_inbox(live.user))
            deadline = time.monotonic() + UP_WITHIN
            while whole - {text for _, text in live.heard} and time.monotonic() < deadline:
                time.sleep(0.05)  # polling
            live.check(whole)

    def whole_inbox(self, user):
        caller = self.load.caller(self.random)
        texts, before = [], ""
        while True:
            messages, reply = self.load.inbox_page(caller, user, 100, before)
            texts += [message["content"]["text"] for message in messages]
            before = reply.json()["next"]
            if not before:
                caller.close()
                return texts


def end(nodes, upgrade):
    """All stop in order, and the books are right."""
    for node in nodes.nodes:
        upgrade.stop(node)
    done = subprocess.run([upgrade.options.new, "doctor", "--data", nodes.nodes[0].data, "--store",
                           nodes.store, "--key-file", f"{nodes.folder}/installation.key"],
                          capture_output=True, text=True, check=False)
    upgrade.history.expect(done.returncode == 0, "I4", f"doctor: {done.stdout}{done.stderr}")


def perform(options, seed):
    began = time.monotonic()
    nodes = deploy_nodes.Nodes(options.old, settings=SETTINGS)
    violations = True
    try:
        nodes.start()
        upgrade = Upgrade(options, seed, nodes)
        upgrade.prepare()
        print(f"{org.PEOPLE} people, {time.monotonic() - began:.1f} s", flush=True)
        upgrade.run()
        violations = upgrade.history.violations
        if not violations:
            end(nodes, upgrade)
        if violations:
            print("The last events:")
            for at, text in upgrade.history.events:
                print(f"  {at - upgrade.history.began:9.4f} {text}")
            for node in nodes.nodes:
                print(f"The log of {node.name}:\n{upgrade.tail(node)}")
        counts = upgrade.load.counts
        heard = sum(len(live.heard) for live in upgrade.lives)
        opened = sum(live.opened for live in upgrade.lives)
        print(f"accepted {counts['accepted']} recalled {counts['recalled']} read {counts['read']} "
              f"looked {counts['looked']} added {counts['added']} failed {upgrade.failed()}; live: "
              f"heard {heard}, opened {opened} times by {len(upgrade.lives)}; violations "
              f"{len(violations)}, {time.monotonic() - began:.0f} s")
        return violations
    finally:
        nodes.stop(keep=options.keep or violations)
        if options.keep or violations:
            print(f"data kept in {nodes.folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int,
                        default=int(os.environ.get("CARILLON_FAULT_ROUNDS") or 1))
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the data folders behind")
    options = parser.parse_args()
    options.old, options.new = os.path.abspath(options.old), os.path.abspath(options.new)
    os.environ["CARILLON_ADMIN_TOKEN"] = ADMIN
    sys.setswitchinterval(0.0005)
    for _ in range(options.rounds):
        seed = options.seed
        if seed is None:
            seed = random.SystemRandom().randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        if perform(options, seed):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
