"""The load of the tests with several nodes, and what is held against it.

Shape   Senders (small batches, the team, most of all), readers, recallers, watchers, and registrars
        who add a person through one node and write to them through another; each a Caller, so that
        consecutive calls of one go to different nodes. Probers send through one node only: the
        gaps between what it accepts tell how long it stood still.
        What comes back is checked by history.py; settle() waits for the end of everything and
        compares what the nodes say.
"""

import collections
import json
import random
import threading
import time

import organisation as org
from harness import ADMIN, BATCH_SEND, Lost, batch_path, bearer, render
from history import History, Seen, Targets
from nodes import Caller, Unanswered, as_json

DIRECTORY_APP = "cli_directory"
CREATE_USER = "/open-apis/contact/v3/users?user_id_type=user_id&department_id_type=department_id"
PIPELINED = 40


def prober_app(number):
    return f"cli_node{number}"


class Load:
    def __init__(self, nodes, seed, large_apps=3):
        self.nodes = nodes
        self.random = random.Random(seed)
        self.history = History()
        self.counts = collections.Counter()
        self.large_apps = org.LARGE_APPS[:large_apps]
        self.tokens, self.sessions = {}, {}
        self.accepted_at = [[] for _ in range(len(nodes))]  # by each prober
        self.stopping = threading.Event()
        self.threads = []
        team = [n for n in range(org.PEOPLE) if org.in_team(n)]
        edges = [0, 65_535, 65_536, org.PEOPLE - 1]
        self.sampled = [org.user_id(n) for n in edges + self.random.sample(team, 4)
                        + self.random.sample(range(org.PEOPLE), 4)]
        self.team = {org.user_id(n) for n in team}
        most = {org.user_id(n) for n in range(org.PEOPLE) if org.in_most(n)}
        self.most = Targets("most", len(most), len(most), most.__contains__)
        self.the_team = Targets("the team", org.TEAM, org.TEAM, self.team.__contains__)

    def prepare(self):
        """Apps, tokens and sessions, each from another node than the one before."""
        apps = [{"app_id": prober_app(n), "app_secret": org.SECRET, "scopes": org.SCOPES}
                for n in range(len(self.nodes))]
        apps.append({"app_id": DIRECTORY_APP, "app_secret": org.SECRET, "scopes": org.SCOPES + [
            "contact:contact", "contact:user.employee_id:readonly"]})
        reply = self.nodes[0].operator("POST", "/api/v1/import", {"tenants": [
            {"tenant_key": org.TENANT, "apps": apps}]})
        if reply.status != 200:
            raise RuntimeError(f"import: {reply}")
        wanted = org.SMALL_APPS + self.large_apps + [org.NARROW_APP]
        for at, app in enumerate(wanted + [app["app_id"] for app in apps]):
            self.tokens[app] = self.nodes[at % len(self.nodes)].app_token(app, org.SECRET)
        for at, user in enumerate(self.sampled):
            self.sessions[user] = self.nodes[at % len(self.nodes)].session(org.TENANT, user)

    def start(self):
        half = len(self.sampled) // 2
        work = [(self.sender, (app,)) for app in org.SMALL_APPS + [org.NARROW_APP]]
        work += [(self.large_sender, ()), (self.recaller, ()), (self.registrar, ())]
        work += [(self.reader, (self.sampled[:half],)), (self.reader, (self.sampled[half:],))]
        work += [(self.watcher, ())] * 2
        work += [(self.prober, (number,)) for number in range(len(self.nodes))]
        for function, args in work:
            thread = threading.Thread(target=self.run, args=(function, args), daemon=True)
            thread.start()
            self.threads.append(thread)

    def run(self, function, args):
        rng = random.Random(self.random.random())
        try:
            function(rng, *args)
        except Unanswered as problem:
            self.history.violate("the nodes", f"{function.__name__}{args}: no answer: {problem}")
        except Exception as problem:  # a fault of the test must not look like a quiet load
            self.history.violate("the test", f"{function.__name__}{args}: {problem!r}")

    def stop(self):
        """Every call comes to its end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
            if thread.is_alive():
                self.history.violate("the nodes", "a caller does not come to its end")

    def caller(self, rng, **more):
        return Caller(self.nodes, rng, self.counts, **more)

    def turns(self, rng, seconds):
        """Again and again until the end, with pauses."""
        while not self.stopping.is_set() and not self.history.violations:
            yield
            time.sleep(rng.random() * seconds)  # paced

    # Sending.

    def send_bytes(self, batch):
        headers = bearer(self.tokens[batch.app], **{"Idempotency-Key": batch.key})
        return render("POST", BATCH_SEND, headers, as_json(batch.body))

    def send(self, caller, batch, give_up=None):
        batch.note("batch_send asked")
        reply, lost, _ = caller.ask(self.send_bytes(batch), give_up)
        if self.refused(reply):
            batch.note(f"refused, not asked again: {reply}")
            batch.refused = True
            return None
        batch.note(f"answered, a try before was left without answer: {lost}")
        self.history.sent(batch, reply)
        self.counts["accepted"] += batch.acknowledged
        return reply

    @staticmethod
    def refused(reply):
        return reply.status >= 500 or reply.json().get("code") == 10002

    def some_people(self, rng, app):
        users = rng.sample(self.sampled, rng.randint(1, 5))
        users = set(users + [org.user_id(rng.randrange(org.PEOPLE)) for _ in range(5)])
        reachable = users & self.team if app == org.NARROW_APP else users
        people = Targets(f"{len(users)} people", len(users), len(reachable),
                         reachable.__contains__)
        return people, {"user_ids": sorted(users)}

    def sender(self, rng, app):
        caller = self.caller(rng)
        for _ in self.turns(rng, 0.08):
            people, fields = self.some_people(rng, app)
            if app == org.SMALL_APPS[0] and rng.random() < 0.2:
                people, fields = self.the_team, {"department_ids": ["team"]}
            self.send(caller, self.history.new_batch(app, people, fields),
                      lambda: rng.random() < 0.5)
        caller.close()

    def large_sender(self, rng):
        caller = self.caller(rng)
        for _ in self.turns(rng, 1.5):
            app = rng.choice(self.large_apps)
            self.send(caller, self.history.new_batch(app, self.most,
                                                     {"department_ids": ["most"]}))
        caller.close()

    def prober(self, rng, number):
        caller = self.caller(rng, only=number, attempt_seconds=30)
        for _ in self.turns(rng, 0.06):
            people, fields = self.some_people(rng, prober_app(number))
            batch = self.history.new_batch(prober_app(number), people, fields)
            self.send(caller, batch, lambda: rng.random() < 0.5)
            if batch.acknowledged:
                self.accepted_at[number].append(time.monotonic())
        caller.close()

    # Recalling, reading, looking.

    def recall(self, caller, batch):
        batch.note("recall asked")
        batch.recall = "asked"
        reply, _, _ = caller.ask(render("DELETE", batch_path(batch.id),
                                        bearer(self.tokens[batch.app])))
        self.history.recall_answered(batch, reply)
        self.counts["recalled"] += 1

    def recaller(self, rng):
        caller = self.caller(rng)
        for _ in self.turns(rng, 0.3):
            known = [b for b in self.history.batches[-80:]
                     if b.acknowledged and b.recall is None and
                     (b.people is not self.most or rng.random() < 0.3)]
            if known:
                self.recall(caller, rng.choice(known))
        caller.close()

    def inbox_page(self, caller, user, limit, before=""):
        target = f"/api/v1/inbox?limit={limit}" + (f"&before={before}" if before else "")
        data = render("GET", target, bearer(self.sessions[user]))
        reply, _, hidden = caller.ask(data, before=self.history.recalled_now)
        return self.history.page(user, reply, hidden), reply

    def reader(self, rng, users):
        caller = self.caller(rng)
        for _ in self.turns(rng, 0.08):
            user = rng.choice(users)
            messages, _ = self.inbox_page(caller, user, 20)
            if messages:
                self.mark_read(caller, user, rng.sample(messages, min(3, len(messages))), rng)
        caller.close()

    def mark_read(self, caller, user, messages, rng):
        batches = [self.history.by_text[m["content"]["text"]] for m in messages
                   if m["content"].get("text") in self.history.by_text]
        fresh = all(user not in b.readers_asked for b in batches)
        for batch in batches:
            batch.readers_asked.add(user)
            batch.note(f"read by {user} reported")
        name = rng.choice(["message_id", "batch_id"])
        body = as_json({name + "s": [m[name] for m in messages]})
        reply, lost, _ = caller.ask(render("POST", "/api/v1/inbox/read",
                                           bearer(self.sessions[user]), body))
        if reply.status != 200:
            return self.history.violate("I8", f"inbox/read answered {reply}")
        count = reply.json()["read"]
        sure = fresh and not lost
        self.history.expect(count == len(batches) if sure else count <= len(batches), "I2",
                            f"{count} newly read of {len(batches)} (all new: {sure})", batches[0])
        for batch in batches:
            batch.readers.add(user)
            batch.note(f"read by {user} acknowledged")
        self.counts["read"] += len(batches)

    def progress_bytes(self, batch):
        return render("GET", batch_path(batch.id, "/get_progress"),
                      bearer(self.tokens[batch.app]))

    def books_bytes(self, batch):
        return render("GET", f"/api/v1/batches/{batch.id}", bearer(self.tokens[batch.app]))

    def watcher(self, rng):
        caller = self.caller(rng)
        for _ in self.turns(rng, 0.06):
            known = [b for b in self.history.batches[-100:] if b.acknowledged]
            known += [b for b in known if b.people is self.most][-3:] * 5
            if not known:
                continue
            batch = rng.choice(known)
            for _ in range(3):  # one after another, from any node
                reply, _, seen = caller.ask(self.progress_bytes(batch), before=lambda: Seen(batch))
                self.history.progress(batch, reply, seen)
                reply, _, seen = caller.ask(self.books_bytes(batch), before=lambda: Seen(batch))
                self.history.books(batch, reply, seen)
            self.counts["looked"] += 6
        caller.close()

    # Persons who are new.

    def registrar(self, rng):
        caller = self.caller(rng)
        for number, _ in enumerate(self.turns(rng, 0.5)):
            user = f"new{number}"
            add = self.create_user if rng.random() < 0.5 else self.import_user
            if not add(caller, user, number):
                continue
            people = Targets(f"{user}, who is new", 1, 1, {user}.__contains__)
            batch = self.history.new_batch(DIRECTORY_APP, people, {"user_ids": [user]})
            reply = self.send(caller, batch)
            if batch.acknowledged:
                unknown = reply.json()["data"]["invalid_user_ids"]
                self.history.expect(not unknown, "I1", f"{user} was added and is not known",
                                    batch)
            self.counts["added"] += 1
        caller.close()

    def create_user(self, caller, user, number):
        body = {"user_id": user, "name": user, "mobile": f"+86130{number:08d}",
                "department_ids": ["d0"], "employee_type": 1}
        reply, _, _ = caller.ask(render(
            "POST", f"{CREATE_USER}&client_token={user}", bearer(self.tokens[DIRECTORY_APP]),
            as_json(body)))
        good = reply.status == 200 and reply.json().get("code") == 0
        self.history.expect(good, "I8", f"to create {user} was answered {reply}")
        return good

    def import_user(self, caller, user, _):
        body = {"tenants": [{"tenant_key": org.TENANT, "users": [{"user_id": user}]}]}
        reply, _, _ = caller.ask(render("POST", "/api/v1/import", bearer(ADMIN), as_json(body)))
        self.history.expect(reply.status == 200, "I8", f"to import {user} was answered {reply}")
        return reply.status == 200

    # How long a node stood still.

    def longest_gap(self, number, began, ended):
        """Between two of its acceptances; some part of it between `began` and `ended`."""
        times = [at for at in self.accepted_at[number] if at > began - 30]
        gaps = [b - a for a, b in zip(times, times[1:]) if b > began and a < ended]
        return max(gaps, default=0.0)

    def await_accepted(self, number, since, seconds):
        """The seconds from `since` until the node accepted something."""
        while not self.history.violations:
            later = [at for at in self.accepted_at[number][-1000:] if at > since]
            if later:
                return later[0] - since
            if time.monotonic() - since > seconds:
                self.history.violate("the nodes", f"node {number} accepts nothing for {seconds} s"
                                     f"\n{self.nodes[number].log_tail()}")
            time.sleep(0.01)  # polling
        return time.monotonic() - since

    # The end.

    def ask_all(self, number, batches, render_call):
        """The answers of one node, some calls at a time."""
        caller = self.caller(self.random, attempt_seconds=60)
        replies = []
        try:
            for at in range(0, len(batches), PIPELINED):
                some = batches[at:at + PIPELINED]
                data = b"".join(render_call(batch) for batch in some)
                replies += caller.attempt(number, data, len(some))
        except Lost as problem:
            self.history.violate("the nodes", f"node {number} at rest: {problem}")
        caller.close()
        return replies

    def await_end(self, seconds=90):
        """Every acknowledged batch is sent or, if that was asked, recalled; on every node."""
        deadline = time.monotonic() + seconds
        for number in range(len(self.nodes)):
            waiting = [b for b in self.history.batches if b.acknowledged]
            while waiting and not self.history.violations:
                seen = [Seen(b) for b in waiting]
                left = []
                replies = self.ask_all(number, waiting, self.books_bytes)
                for batch, known, reply in zip(waiting, seen, replies):
                    book = self.history.books(batch, reply, known)
                    end = ("recalled",) if batch.recall else ("sent", "recalled")
                    if book is not None and book["state"] not in end:
                        left.append(batch)
                waiting = left
                if waiting and time.monotonic() > deadline:
                    for batch in waiting[:3]:
                        self.history.violate("I2", f"on node {number} it comes to no end", batch)
                if waiting:
                    time.sleep(0.02)  # polling

    def compare_nodes(self):
        known = [b for b in self.history.batches if b.acknowledged]
        for render_call in (self.books_bytes, self.progress_bytes):
            answers = [self.ask_all(number, known, render_call)
                       for number in range(len(self.nodes))]
            for batch, replies in zip(known, zip(*answers)):
                bodies = {reply.body for reply in replies}
                self.history.expect(len(bodies) == 1, "the nodes", f"they differ: {bodies}", batch)

    def check_inboxes(self):
        for number in range(len(self.nodes)):
            caller = self.caller(self.random, only=number, attempt_seconds=60)
            for user in self.sampled:
                self.check_inbox(caller, user)
            caller.close()

    def check_inbox(self, caller, user):
        hidden = self.history.recalled_now()
        messages, before = [], ""
        while True:
            page, reply = self.inbox_page(caller, user, 100, before)
            messages += page
            before = reply.json().get("next") if reply.status == 200 else None
            if not before:
                break
        self.history.inbox(user, messages, hidden)
        self.history.whole_inbox(user, messages)

    def check_store(self, texts):
        """`texts`: of every batch in the store, as often as it is there."""
        for batch in self.history.batches:
            count = texts.get(batch.text, 0)
            if batch.acknowledged:
                self.history.expect(count == 1, "I1", f"it is in the store {count} times", batch)
            if batch.refused:
                self.history.expect(count == 0, "I1", "it was refused and is there", batch)

    def settle(self, texts):
        self.await_end()
        if not self.history.violations:
            self.compare_nodes()
            self.check_inboxes()
            self.check_store(texts())


def texts_of(cluster, schema):
    """Text of each batch in the store -> how often it is there."""
    lines = cluster.ask(f"SELECT convert_from(json, 'UTF8') FROM {schema}.batches").split("\n")
    return collections.Counter(json.loads(line)["text"] for line in lines if line)
