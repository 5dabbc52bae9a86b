#!/usr/bin/env python3
"""Batches are scheduled, held, canceled and reminded of while the server is killed again and again.

Shape   A thread an app sends batches, most of them for a moment from now, and steers them at random;
        the server is killed, started again, and everything that was answered must be there: what
        was paused is paused unless a later call that was asked changed it, what was canceled stays
        so with its reason, what was scheduled is sent at its time and not before. At the end
        everything but the paused is done, the books balance, and every person has each message once.
Source  I1 to I5 of the design; batch/batch.h draws the arrows.
"""

import argparse
import datetime
import json
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ADMIN, Connection, Lost, Server  # noqa: E402

PEOPLE = 40
APPS = ["cli_a", "cli_b", "cli_c"]
SCOPES = ["im:message:send_as_bot", "im:message:send_multi_users", "im:message:send_multi_depts"]
ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "users": [{"user_id": f"u{n}"} for n in range(PEOPLE)],
    "apps": [{"app_id": app, "app_secret": "s", "scopes": SCOPES} for app in APPS]}]}
DONE = ("sent", "canceled", "recalled")


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def iso(seconds_from_now):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return at.isoformat()


class Batch:
    """What was asked of one batch, and the last of it that was answered."""

    def __init__(self, book):
        self.id = book["batch_id"]
        self.send_at = book["send_at"]
        self.people = book["valid"]
        self.acknowledged = "created"
        self.in_doubt = None  # asked last, and its answer lost
        self.delivered = 0

    def possible(self):
        """The states that the answers allow, whatever time has done since."""
        out = {"created": {"scheduled", "accepted", "sending", "sent"}, "pause": {"paused"},
               "resume": {"scheduled", "accepted", "sending", "sent"},
               "cancel": {"canceled"}}[self.acknowledged]
        if self.in_doubt == "pause":
            out = out | {"paused"}
        if self.in_doubt == "resume":
            out = out | {"scheduled", "accepted", "sending", "sent"}
        if self.in_doubt == "cancel":
            out = out | {"canceled"}
        return out


class World:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.batches = {app: [] for app in APPS}
        self.tokens = {}
        self.sessions = {}
        self.steps = 0

    def call(self, connection, method, target, token, body=None):
        headers = {"Authorization": "Bearer " + token}
        raw = b"" if body is None else json.dumps(body).encode()
        return connection.call(method, target, headers, raw)

    def create(self, connection, app):
        users = self.random.sample(range(PEOPLE), self.random.randint(1, 8))
        body = {"msg_type": "text", "content": {"text": f"{app} {len(self.batches[app])}"},
                "audience": {"user_ids": [f"u{n}" for n in users]}}
        if self.random.random() < 0.8:
            body["send_at"] = iso(self.random.random() * 1.5)
        reply = self.call(connection, "POST", "/api/v1/batches", self.tokens[app], body)
        check(reply.status == 201, f"not created: {reply}")
        self.batches[app].append(Batch(reply.json()))

    def steer(self, connection, app):
        batch = self.random.choice(self.batches[app][-12:])
        what = self.random.choice(["pause", "pause", "resume", "resume", "cancel", "remind"])
        target = f"/api/v1/batches/{batch.id}/{what}"
        if what == "remind":
            reply = self.call(connection, "POST", target, self.tokens[app])
            check(reply.status in (201, 409), f"remind: {reply}")
            if reply.status == 201:
                self.batches[app].append(Batch(reply.json()))
            return
        batch.in_doubt = what
        reply = self.call(connection, "POST", target, self.tokens[app])
        check(reply.status in (200, 409), f"{what}: {reply}")
        batch.in_doubt = None
        if reply.status == 200:
            batch.acknowledged = what

    def work(self, address, app):
        try:
            connection = Connection(address)
            while True:
                if not self.batches[app] or self.random.random() < 0.4:
                    self.create(connection, app)
                else:
                    self.steer(connection, app)
                self.steps += 1
        except Lost:
            pass

    def look(self, connection, app, batch):
        reply = self.call(connection, "GET", f"/api/v1/batches/{batch.id}", self.tokens[app])
        check(reply.status == 200, f"an acknowledged batch is gone: {reply}")
        book = reply.json()
        parts = sum(book[name] for name in ("pending", "delivered", "failed", "excluded"))
        check(parts == book["valid"] == batch.people, f"I4: {book}")
        check(sum(book["reasons"].values()) == book["failed"] + book["excluded"], f"I4: {book}")
        check(book["delivered"] >= batch.delivered, f"I5: {book}")
        batch.delivered = book["delivered"]
        check(book["send_at"] == batch.send_at, f"another time than answered: {book}")
        if book["sent_at"] and book["send_at"]:
            check(book["sent_at"] >= book["send_at"], f"sent before its time: {book}")
        check(book["state"] in batch.possible(),
              f"{book['state']}, acknowledged {batch.acknowledged}, in doubt {batch.in_doubt}")
        if book["state"] == "canceled":
            check(book["reasons"]["canceled_before_delivery"] == book["excluded"], f"{book}")
            check(book["pending"] == 0, f"{book}")
            batch.acknowledged = "cancel"
        elif book["state"] == "paused":
            batch.acknowledged = "pause"
        elif batch.in_doubt is not None:
            batch.acknowledged = "resume"
        batch.in_doubt = None
        return book

    def look_at_all(self, address):
        connection = Connection(address)
        states = {}
        for app in APPS:
            for batch in self.batches[app]:
                states[batch.id] = self.look(connection, app, batch)
        connection.close()
        return states

    def inboxes(self, address, states):
        """Each person has each message that reached them once; counts agree with the inboxes."""
        connection = Connection(address)
        seen = {}
        for n in range(PEOPLE):
            reply = self.call(connection, "POST", "/api/v1/sessions", ADMIN,
                              {"tenant_key": "acme", "user_id": f"u{n}"})
            token, before, messages = reply.json()["token"], "", []
            while before is not None:
                query = "?limit=100" + (f"&before={before}" if before else "")
                page = self.call(connection, "GET", "/api/v1/inbox" + query, token).json()
                messages += [m["batch_id"] for m in page["messages"]]
                before = page["next"]
            check(len(messages) == len(set(messages)), f"I2: u{n} has a message twice")
            for batch_id in messages:
                seen[batch_id] = seen.get(batch_id, 0) + 1
        for batch_id, book in states.items():
            check(seen.get(batch_id, 0) == book["delivered"],
                  f"{seen.get(batch_id, 0)} inboxes hold it: {book}")
        connection.close()


def run(binary, folder, rounds, seed):
    world = World(seed)
    server = Server(binary, f"{folder}/data", "--profile", "own", "--set", "log.level=warn")
    server.start()
    connection = Connection(server.address)
    reply = connection.call("POST", "/api/v1/import", {"Authorization": "Bearer " + ADMIN},
                            json.dumps(ORGANISATION).encode())
    check(reply.status == 200, f"import: {reply}")
    for app in APPS:
        world.tokens[app] = server.app_token(app, "s")
    faults = []

    def guarded(app):
        try:
            world.work(server.address, app)
        except Exception as fault:  # a fault of a thread must fail the test
            faults.append(fault)

    for _ in range(rounds):
        threads = [threading.Thread(target=guarded, args=(app,)) for app in APPS]
        for thread in threads:
            thread.start()
        time.sleep(0.1 + world.random.random() * 0.6)
        server.kill()
        server.reap()
        for thread in threads:
            thread.join()
        server.start()
        check(not faults, faults)
        world.look_at_all(server.address)

    # What was created without an answer is nobody's; everything else comes to its end.
    deadline = time.monotonic() + 60
    while True:
        states = world.look_at_all(server.address)
        waiting = [b for b in states.values() if b["state"] not in DONE + ("paused",)]
        if not waiting:
            break
        check(time.monotonic() < deadline, f"it comes to no end: {waiting[:3]}")
    world.inboxes(server.address, states)
    server.stop()
    counted = {}
    for book in states.values():
        counted[book["state"]] = counted.get(book["state"], 0) + 1
    print(f"{rounds} kills, {world.steps} calls, {len(states)} batches: {counted}")
    check(counted.get("paused") and counted.get("canceled") and counted.get("sent"), counted)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("carillon")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="carillon-steer-") as folder:
        run(os.path.abspath(arguments.carillon), folder, arguments.rounds, arguments.seed)


if __name__ == "__main__":
    main()
