#!/usr/bin/env python3
"""kill -9 at random moments under load; then everything that was answered must be there.

Shape   One data folder for the whole run. A round: load (senders, readers, recallers, watchers),
        something large (a bulk send, a bulk recall, an import, or nothing), a kill, a restart, and
        checks through the API. Calls whose answer was lost are asked again with the same
        Idempotency-Key, or left in doubt, at random.
        A kill counts as inside a sending or a recall if the last answer before it showed a batch
        to over 200,000 people with counts strictly between nothing and all; as inside an import if
        the whole file was sent and no answer came.
Source  I1 to I6 of the design. What is checked is in history.py.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import organisation as org
from postgres_cluster import PostgresCluster
from harness import ADMIN, BATCH_SEND, Lost, Server, batch_path, bearer, render
from history import KILL, History, Seen, Targets

LARGE = 200_000  # people; a batch to more than these is what the kills aim at
IMPORT_PEOPLE = 3_000
IMPORT_RENAMED = 6_000


class Run:
    def __init__(self, binary, folder, seed, store):
        self.random = random.Random(seed)
        self.history = History()
        self.server = Server(binary, f"{folder}/data", "--profile", "own", "--set",
                             "log.level=warn", *store)
        self.changes = []
        self.inside = {"sending": 0, "recalling": 0, "import": 0}
        self.import_seconds = 0.3
        self.restart_seconds = []
        self.people = {}
        # Persons whose inboxes are looked at: the ends of the blocks, the team, and some others.
        edges = [0, 65_534, 65_535, 65_536, 131_072, 262_143, org.PEOPLE - 1]
        team = [n for n in range(org.PEOPLE) if org.in_team(n)]
        others = self.random.sample(range(org.PEOPLE), 4)
        self.sampled = [org.user_id(n) for n in edges + self.random.sample(team, 5) + others]
        self.team = {org.user_id(n) for n in team}
        self.tokens = {}
        self.sessions = {}
        most = {org.user_id(n) for n in range(org.PEOPLE) if org.in_most(n)}
        self.most = Targets("most", len(most), len(most), most.__contains__)
        assert len(most) > LARGE
        self.the_team = Targets("the team", org.TEAM, org.TEAM, self.team.__contains__)

    # Setting up.

    def prepare(self):
        self.server.start()
        for app in org.SMALL_APPS + org.LARGE_APPS + [org.NARROW_APP, org.PROBE_APP]:
            self.tokens[app] = self.server.app_token(app, org.SECRET)
        for user in self.sampled:
            self.sessions[user] = self.server.session(org.TENANT, user)

    def some_people(self, app):
        """The targets of a small batch, and the fields that name them."""
        users = self.random.sample(self.sampled, self.random.randint(1, 6))
        users += [org.user_id(self.random.randrange(org.PEOPLE)) for _ in range(5)]
        users = set(users)
        reachable = users & self.team if app == org.NARROW_APP else users
        targets = Targets(f"{len(users)} people", len(users), len(reachable),
                          reachable.__contains__)
        return targets, {"user_ids": sorted(users)}

    # Calls, whose answers go to the history.

    def send_bytes(self, batch):
        batch.note("batch_send asked")
        headers = bearer(self.tokens[batch.app], **{"Idempotency-Key": batch.key})
        return render("POST", BATCH_SEND, headers, json.dumps(batch.body).encode())

    def progress_bytes(self, batch):
        return render("GET", batch_path(batch.id, "/get_progress"),
                      bearer(self.tokens[batch.app]))

    def recall_bytes(self, batch):
        batch.note("recall asked")
        if batch.recall is None:
            batch.recall = "asked"
        return render("DELETE", batch_path(batch.id), bearer(self.tokens[batch.app]))

    def ask_progress(self, connection, batches):
        """Pipelined; the counts of each, None where the answer was wrong."""
        before = [Seen(b) for b in batches]
        connection.write(b"".join(map(self.progress_bytes, batches)))
        return [self.history.progress(b, connection.read(), known)
                for b, known in zip(batches, before)]

    def ask_books(self, connection, batch):
        seen = Seen(batch)
        reply = connection.call("GET", f"/api/v1/batches/{batch.id}",
                                bearer(self.tokens[batch.app]))
        return self.history.books(batch, reply, seen)

    def ask_inbox(self, connection, user, limit, before=""):
        hidden = self.history.recalled_now()
        target = f"/api/v1/inbox?limit={limit}" + (f"&before={before}" if before else "")
        reply = connection.call("GET", target, bearer(self.sessions[user]))
        return self.history.page(user, reply, hidden), reply

    # The load beside which the kills happen. Each runs until the connection is lost.

    def sender(self, app):
        rng = random.Random(self.random.random())
        connection = self.server.connect()
        while True:
            if app == org.SMALL_APPS[0] and rng.random() < 0.2:
                people, fields = self.the_team, {"department_ids": ["team"]}
            else:
                people, fields = self.some_people(app)
            batch = self.history.new_batch(app, people, fields)
            connection.write(self.send_bytes(batch))
            self.history.sent(batch, connection.read())
            time.sleep(rng.random() * 0.02)

    def reader(self, users):
        rng = random.Random(self.random.random())
        connection = self.server.connect()
        while True:
            user = rng.choice(users)
            messages, _ = self.ask_inbox(connection, user, 20)
            if messages:
                self.mark_read(connection, user, rng.sample(messages, min(3, len(messages))), rng)
            time.sleep(rng.random() * 0.03)

    def mark_read(self, connection, user, messages, rng):
        batches = [self.history.by_text[m["content"]["text"]] for m in messages
                   if m["content"].get("text") in self.history.by_text]
        fresh = all(user not in b.readers_asked for b in batches)
        for batch in batches:
            batch.readers_asked.add(user)
            batch.note(f"read by {user} reported")
        name = rng.choice(["message_id", "batch_id"])
        body = json.dumps({name + "s": [m[name] for m in messages]}).encode()
        reply = connection.call("POST", "/api/v1/inbox/read", bearer(self.sessions[user]), body)
        if reply.status != 200:
            return self.history.violate("I8", f"inbox/read answered {reply}")
        count = reply.json()["read"]
        self.history.expect(count == len(batches) if fresh else count <= len(batches), "I2",
                            f"{count} newly read of {len(batches)} (all new: {fresh})", batches[0])
        for batch in batches:
            batch.readers.add(user)
            batch.note(f"read by {user} acknowledged")

    def recaller(self):
        rng = random.Random(self.random.random())
        connection = self.server.connect()
        while True:
            small = [b for b in self.history.batches[-60:]
                     if b.acknowledged and b.recall is None and b.people.valid < LARGE]
            if small:
                batch = rng.choice(small)
                connection.write(self.recall_bytes(batch))
                self.history.recall_answered(batch, connection.read())
            time.sleep(rng.random() * 0.15)

    def watcher(self):
        rng = random.Random(self.random.random())
        connection = self.server.connect()
        while True:
            known = [b for b in self.history.batches[-100:] if b.acknowledged]
            if known:
                self.ask_progress(connection, rng.sample(known, min(5, len(known))))
                self.ask_books(connection, rng.choice(known))
            time.sleep(rng.random() * 0.02)

    def start_load(self):
        work = [(self.sender, (app,)) for app in org.SMALL_APPS + [org.NARROW_APP]]
        work += [(self.reader, (users,)) for users in (self.sampled[::2], self.sampled[1::2])]
        work += [(self.recaller, ()), (self.watcher, ())]

        def until_lost(function, args):
            try:
                function(*args)
            except Lost:
                pass
            except Exception as problem:  # a fault of the test must not look like a quiet load
                self.history.violate("the test", f"{function.__name__}: {problem!r}")

        threads = [threading.Thread(target=until_lost, args=item, daemon=True) for item in work]
        for thread in threads:
            thread.start()
        return threads

    # What a kill is meant to land in. Each returns what it hit.

    def kill_now(self, why):
        self.server.kill()
        self.history.note(f"{KILL}: {why}")

    def bulk_send(self):
        """All large apps send to most at once; the kill comes while some are half sent."""
        batches = [self.history.new_batch(app, self.most, {"department_ids": ["most"]})
                   for app in org.LARGE_APPS]
        self.ask_at_once(batches, self.send_bytes, self.history.sent)
        return self.kill_when(batches, lambda counts: counts[1], "sending")

    def bulk_recall(self):
        sent = [b for b in self.history.batches
                if b.people is self.most and b.finished and b.recall is None]
        if len(sent) < len(org.LARGE_APPS):
            return self.bulk_send()
        chosen = self.random.sample(sent, len(org.LARGE_APPS))
        self.ask_at_once(chosen, self.recall_bytes, self.history.recall_answered)
        return self.kill_when(chosen, lambda counts: counts[4], "recalling")

    def ask_at_once(self, batches, render_call, answered):
        """A connection each, so that all wait for the writer together."""
        connections = [self.server.connect() for _ in batches]
        for connection, batch in zip(connections, batches):
            connection.write(render_call(batch))
        for connection, batch in zip(connections, batches):
            answered(batch, connection.read())
            connection.close()

    def kill_when(self, batches, count, kind):
        """Polls some of them at a time; kills at the n-th look that shows one half way."""
        all_of_them = self.most.deliverable
        connection = self.server.connect()
        looks = self.random.choice([1, 1, 2, 3])
        seen = False
        while batches:
            some = batches[:10]
            counts = self.ask_progress(connection, some)
            seen = any(c is not None and 0 < count(c) < all_of_them for c in counts)
            looks -= seen
            if seen and looks <= 0:
                break
            # Those that are not over go to the end, so that all are looked at in turn.
            still = [b for b, c in zip(some, counts) if c is None or count(c) < all_of_them]
            batches = batches[10:] + still
        self.kill_now(f"{kind} half way" if seen else f"{kind} was over")
        connection.close()
        return [kind] if seen else []

    def bulk_import(self):
        change = org.Change(len(self.changes), IMPORT_PEOPLE, IMPORT_RENAMED)
        self.changes.append(change)
        return self.import_and_kill(change, self.random.uniform(0.05, 0.95) * self.import_seconds)

    def import_and_kill(self, change, seconds):
        reply = []
        sent = threading.Event()
        ended = threading.Event()

        def run():
            try:
                connection = self.server.connect()
                connection.write(self.import_bytes(change))
                sent.set()
                reply.append(connection.read())
            except Lost:
                pass
            ended.set()

        thread = threading.Thread(target=run, daemon=True)
        began = time.monotonic()
        thread.start()
        sent.wait(10)
        ended.wait(max(0.0, seconds - (time.monotonic() - began)))
        self.kill_now(f"import of {change.department} {'over' if reply else 'under way'}")
        thread.join()
        self.import_answered(change, reply[0] if reply else None, time.monotonic() - began)
        return ["import"] if sent.is_set() and not reply else []

    @staticmethod
    def import_bytes(change):
        headers = bearer(ADMIN)
        headers["Content-Type"] = "application/x-ndjson"
        return render("POST", "/api/v1/import", headers, change.body)

    def import_answered(self, change, reply, seconds):
        self.history.note(f"import of {change.department}: {reply} after {seconds:.3f} s")
        if reply is None:
            return
        if reply.status != 200:
            return self.history.violate("I1", f"import of {change.department}: {reply}")
        change.acknowledged = True
        self.import_seconds = 0.5 * self.import_seconds + 0.5 * seconds

    def plain_load(self):
        time.sleep(self.random.random() * 0.8)
        self.kill_now("under load")
        return []

    # After the restart.

    def ask_again(self):
        """Sends whose answer was lost, with their keys; lost recalls now and then."""
        connection = self.server.connect()
        doubtful = [b for b in self.history.batches if not b.acknowledged]
        answered = [b for b in self.history.batches[-300:] if b.acknowledged]
        for batch in doubtful + self.random.sample(answered, min(3, len(answered))):
            connection.write(self.send_bytes(batch))
            self.history.sent(batch, connection.read())
        for batch in self.history.batches:
            if batch.recall == "asked" and (batch.recall_seen or self.random.random() < 0.5):
                connection.write(self.recall_bytes(batch))
                self.history.recall_answered(batch, connection.read())
        connection.close()

    def check_imports(self):
        older = self.random.sample(self.changes, min(1, len(self.changes)))
        for change in self.changes[-3:] + older:
            self.check_import(change)

    def check_import(self, change):
        """All of it or nothing of it, and all of it for ever once it was."""
        users = self.random.sample(change.users, 198) + [change.users[0], change.users[-1]]
        body = json.dumps({"user_ids": users, "department_ids": [change.department],
                           "msg_type": "text", "content": {"text": "Welcome!"}}).encode()
        reply = self.server.once("POST", BATCH_SEND, bearer(self.tokens[org.PROBE_APP]), body)
        answer = reply.json()
        if answer.get("code") != 0:
            return self.history.violate("I8", f"the probe answered {reply}")
        data = answer["data"]
        unknown = len(data["invalid_user_ids"])
        department = not data["invalid_department_ids"]
        story = f"import of {change.department}: {unknown} of 200 people unknown, department " \
                f"{'known' if department else 'unknown'}, acknowledged {change.acknowledged}"
        self.history.note(story)
        whole = unknown == 0 and department
        nothing = len(set(users)) == unknown and not department
        self.history.expect(whole or nothing, "I1", f"half an import: {story}")
        self.history.expect(whole or not (change.acknowledged or change.in_force), "I1",
                            f"an import is gone: {story}")
        if whole:
            change.in_force = True
            reply = self.server.once("GET", batch_path(data["message_id"], "/get_progress"),
                                     bearer(self.tokens[org.PROBE_APP]))
            count = reply.json()["data"]["batch_message_send_progress"]["valid_user_ids_count"]
            self.history.expect(count == len(change.users), "I1", f"{count} people: {story}")

    def import_again(self):
        for change in self.changes[-3:]:
            if not change.acknowledged and self.random.random() < 0.5:
                began = time.monotonic()
                connection = self.server.connect()
                connection.write(self.import_bytes(change))
                self.import_answered(change, connection.read(), time.monotonic() - began)
                connection.close()
                self.check_import(change)

    def settle(self):
        """Waits until everything accepted is sent, then looks at everything."""
        connection = self.server.connect()
        deadline = time.monotonic() + 60
        waiting = [b for b in self.history.batches if b.acknowledged and not b.at_rest]
        while waiting:
            for batch in waiting:
                book = self.ask_books(connection, batch)
                batch.finished = book is None or book["state"] in ("sent", "recalled")
                batch.at_rest = book is None or book["state"] == "recalled"
            waiting = [b for b in waiting
                       if not (b.at_rest if b.recall == "acknowledged" else b.finished)]
            if waiting and time.monotonic() > deadline:
                for batch in waiting[:3]:
                    self.history.violate("I2", "it comes to no end", batch)
                break
            if waiting:
                time.sleep(0.005)
        older = [b for b in self.history.batches if b.acknowledged]
        self.ask_progress(connection, self.random.sample(older, min(60, len(older))))
        for user in self.sampled:
            self.check_whole_inbox(connection, user)
        connection.close()

    def check_whole_inbox(self, connection, user):
        hidden = self.history.recalled_now()
        messages, before = [], ""
        while True:
            page, reply = self.ask_inbox(connection, user, 100, before)
            messages += page
            before = reply.json().get("next") if reply.status == 200 else None
            if not before:
                break
        self.history.inbox(user, messages, hidden)
        self.history.whole_inbox(user, messages)

    # The whole.

    def round(self, kind):
        threads = self.start_load()
        time.sleep(self.random.random() * 0.15)
        action = {"sending": self.bulk_send, "recalling": self.bulk_recall,
                  "import": self.bulk_import, "load": self.plain_load}[kind]
        hit = action()
        self.server.reap()
        for thread in threads:
            thread.join(40)
        self.restart_seconds.append(self.server.start())
        for kind in hit:
            self.inside[kind] += 1
        self.ask_again()
        self.check_imports()
        if self.random.random() < 0.6:
            self.settle()
            self.import_again()

    def next_kind(self, kills_left, wanted):
        """What is furthest behind, most of the time."""
        missing = {kind: wanted[kind] - self.inside[kind] for kind in wanted}
        needed = sum(max(0, n) for n in missing.values())
        if needed and self.random.random() < 1.15 * needed / max(1, kills_left):
            kinds = [kind for kind, n in missing.items() for _ in range(max(0, n))]
            return self.random.choice(kinds)
        return self.random.choice(["load", "load", "sending", "recalling", "import"])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--postgres", action="store_true", help="a store on PostgreSQL")
    parser.add_argument("--keep", action="store_true", help="leave the data folder behind")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    sys.setswitchinterval(0.0005)
    folder = tempfile.mkdtemp(prefix="carillon-kill-")
    cluster = PostgresCluster() if options.postgres else None
    try:
        return run_kills(options, folder, seed, ["--store", cluster.new_store()] if cluster else [])
    finally:
        if cluster:
            cluster.remove()


def run_kills(options, folder, seed, store):
    began = time.monotonic()
    run = Run(os.path.abspath(options.binary), folder, seed, store)
    org.make(run.server.binary, folder, run.server.data, *store)
    run.prepare()
    print(f"{org.PEOPLE} people imported, {time.monotonic() - began:.1f} s", flush=True)
    wanted = {"sending": -(-options.kills // 5), "recalling": -(-options.kills // 5),
              "import": -(-options.kills // 10)}
    kills = 0
    # Kills that miss what they were meant for are made up for, within reason.
    while kills < options.kills or (
            kills < 4 * options.kills and any(run.inside[k] < wanted[k] for k in wanted)):
        run.round(run.next_kind(options.kills - kills, wanted))
        kills += 1
        if run.history.violations:
            break
    if not run.history.violations:
        run.settle()
        code = run.server.stop()
        run.history.expect(code == 0, "the contract", f"SIGTERM ended with {code}")
    missed = [k for k in wanted if run.inside[k] < wanted[k]] if not run.history.violations else []
    if run.history.violations:
        print("The last events:")
        for at, text in run.history.events:
            print(f"  {at - run.history.began:9.4f} {text}")
        print(run.server.log_tail())
    sends = sum(b.acknowledged for b in run.history.batches)
    print(f"batches {sends}, recalls {sum(b.recall is not None for b in run.history.batches)}, "
          f"reads {sum(len(b.readers) for b in run.history.batches)}, imports {len(run.changes)}, "
          f"slowest restart {max(run.restart_seconds):.2f} s, {time.monotonic() - began:.0f} s")
    print(f"kills {kills} sending {run.inside['sending']} recalling {run.inside['recalling']} "
          f"import {run.inside['import']} violations {len(run.history.violations)}")
    for kind in missed:
        print(f"too few kills landed inside: {kind}, {wanted[kind]} wanted")
    if run.server.alive():
        run.server.kill()
        run.server.reap()
    if options.keep or run.history.violations:
        print(f"data kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if run.history.violations or missed else 0


if __name__ == "__main__":
    sys.exit(main())
