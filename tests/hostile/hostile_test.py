#!/usr/bin/env python3
"""Malformed and hostile bytes against the real server, while a healthy caller goes on beside.

Shape   3,000 connections that stall, 100 bodies of 100 MB at once, some hundred odd requests one by
        one, some thousand random mutations of good ones; then everything sent before must still be
        there. All the while a healthy caller in another process must succeed with every call, 99
        of 100 within 200 ms, and the server's memory may grow by less than 64 MB.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fault"))

from cases import Cases  # noqa: E402
from flood import Stalled, upload_bodies  # noqa: E402
from harness import ADMIN, BATCH_SEND, Connection, Lost, Server, batch_path, bearer  # noqa: E402
from healthy import Healthy  # noqa: E402
from mutations import exchange, mutate, seeds  # noqa: E402

MEMORY_KB = 64 * 1024
LATENCY_SECONDS = 0.2
ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "departments": [{"department_id": "d1"}],
    "users": [{"user_id": f"u{n}", "departments": ["d1"]} for n in range(500)],
    "apps": [{"app_id": "cli_hostile", "app_secret": "s3cret",
              "dingtalk": {"appkey": "dinghostile", "appsecret": "s3cret2", "agent_id": 77},
              "scopes": ["im:message", "im:resource", "im:message:send_multi_users",
                         "im:message:send_multi_depts"]}],
}]}


class Memory:
    """The server's memory, looked at all the time; the highest since the last reset."""

    def __init__(self, server):
        self.server = server
        self.base = 0
        self.peak = 0
        self.running = True
        self.reset()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def reset(self):
        self.base = self.peak = self.server.rss_kb()

    def watch(self):
        while self.running and self.server.alive():
            try:
                self.peak = max(self.peak, self.server.rss_kb())
            except (OSError, RuntimeError):
                return
            time.sleep(0.02)

    def growth_kb(self):
        return self.peak - self.base


class Test:
    def __init__(self, binary, folder, seed):
        self.seed = seed
        self.folder = folder
        self.problems = []
        # The mutations are many calls of one app; limits are tested elsewhere.
        self.server = Server(binary, f"{folder}/data", "--profile", "own")

    def problem(self, text):
        self.problems.append(text)
        print(f"PROBLEM: {text}", flush=True)

    def prepare(self):
        self.server.start()
        reply = self.server.operator("POST", "/api/v1/import", ORGANISATION)
        if reply.status != 200:
            raise RuntimeError(f"import: {reply}")
        self.token = self.server.app_token("cli_hostile", "s3cret")
        self.person = self.server.session("acme", "u1")
        connection = self.server.connect()
        self.before = []
        for n in range(50):
            body = (b'{"user_ids":["u1"],"msg_type":"text","content":{"text":"before %d %s"}}'
                    % (n, b"x" * 2000))
            reply = connection.call("POST", BATCH_SEND, bearer(self.token), body)
            self.before.append(reply.json()["data"]["message_id"])
        time.sleep(0.5)
        connection.close()

    # The flood.

    def flood(self):
        memory = Memory(self.server)
        began = time.monotonic()
        stalled = Stalled(self.server.address, self.token, self.before[0], self.person, 1000)
        print(f"3,000 stalled connections: +{memory.growth_kb() // 1024} MB, "
              f"{time.monotonic() - began:.1f} s", flush=True)
        began = time.monotonic()
        answers = upload_bodies(self.server.address, self.token, lambda: None)
        time.sleep(0.2)
        print(f"100 bodies of 100 MB: +{memory.growth_kb() // 1024} MB, "
              f"{time.monotonic() - began:.1f} s", flush=True)
        memory.running = False
        if memory.growth_kb() >= MEMORY_KB:
            self.problem(f"memory grew by {memory.growth_kb() // 1024} MB")
        for name, status, body in answers:
            if name == "batch_send" and (status != 200 or b'"code":10002' not in body):
                self.problem(f"a body of 100 MB to batch_send: {status} {body[:200]!r}")
            if name == "import" and status not in (409, 413, 422, 503):
                self.problem(f"nonsense of 100 MB to import: {status} {body[:200]!r}")
        return stalled

    # One by one.

    def judge(self, case):
        address = self.server.address
        try:
            connection = Connection(address, timeout=10)
        except Lost as lost:
            return f"no connection: {lost}"
        answers = []
        head_first = case.data.startswith(b"HEAD ")
        try:
            self.write(connection, case)
            while len(answers) < case.count:
                if head_first and not answers:
                    answers.append(self.read_head_only(connection))
                else:
                    answers.append(connection.read())
            if case.closed:
                answers.append(connection.read())
        except Lost as lost:
            if "timed out" in str(lost):
                return f"no end within 10 s after {answers}"
        finally:
            connection.close()
        wrong = case.wants(answers)
        return None if wrong is None else f"{wrong}; answered {answers}"

    @staticmethod
    def read_head_only(connection):
        while (end := connection.buffer.find(b"\r\n\r\n")) < 0:
            connection.fill()
        head, connection.buffer = connection.buffer[:end], connection.buffer[end + 4 :]
        return head

    @staticmethod
    def write(connection, case):
        """A server may refuse and close before all was sent; what it answered counts."""
        data = case.data
        try:
            if case.pieces is None:
                connection.write(data)
                return
            for size in case.pieces:
                if not data:
                    return
                connection.write(data[:size])
                data = data[size:]
        except Lost:
            pass

    def one_by_one(self):
        cases = Cases(self.token, self.before[0], self.seed).cases
        began = time.monotonic()
        for case in cases:
            wrong = self.judge(case)
            if wrong is not None:
                self.problem(f"{case.name}: {wrong}")
            if not self.server.alive():
                return self.problem(f"the server died of: {case.name}")
        print(f"{len(cases)} odd requests, {time.monotonic() - began:.1f} s", flush=True)

    def mutations(self, count):
        rng = random.Random(self.seed)
        good = seeds(self.token, self.person, self.before[1])
        for data in good:
            statuses = exchange(self.server.address, data)
            if not statuses or statuses[-1] >= 500:
                self.problem(f"unchanged: {data[:200]!r} was answered {statuses}")
        began = time.monotonic()
        seen = {}
        for n in range(count):
            data = mutate(rng, rng.choice(good), good)
            try:
                statuses = exchange(self.server.address, data)
            except (OSError, ValueError, IndexError) as problem:
                self.problem(f"mutation {n}: {problem!r} after {data!r}")
                if not self.server.alive():
                    return
                continue
            for status in statuses:
                seen[status] = seen.get(status, 0) + 1
                if status == 500 or not 100 <= status < 600:
                    self.problem(f"mutation {n} was answered {status}: {data!r}")
        print(f"{count} mutations, {time.monotonic() - began:.1f} s, answers {seen}", flush=True)

    # Afterwards.

    def check_nothing_lost(self, sent):
        connection = self.server.connect()
        for batch_id in self.before + [batch_id for batch_id, _ in sent]:
            reply = connection.call("GET", batch_path(batch_id, "/get_progress"),
                                    bearer(self.token))
            if reply.status != 200 or reply.json()["code"] != 0:
                self.problem(f"{batch_id} is lost: {reply}")
        have, before = set(), ""
        while before is not None:
            target = "/api/v1/inbox?limit=100" + (f"&before={before}" if before else "")
            reply = connection.call("GET", target, bearer(self.person))
            page = reply.json()
            have |= {message["batch_id"] for message in page["messages"]}
            before = page.get("next")
        missing = set(self.before) | {batch_id for batch_id, _ in sent}
        missing -= have
        if missing:
            self.problem(f"{len(missing)} messages are in no inbox: {sorted(missing)[:3]}")
        connection.close()

    def check_healthy(self, seconds, problems):
        for text in problems:
            self.problem(f"the healthy caller: {text}")
        ordered = sorted(seconds)
        median, p99 = ordered[len(ordered) // 2][0], ordered[len(ordered) * 99 // 100][0]
        print(f"healthy caller: {len(seconds)} calls, median {median * 1e3:.1f} ms, p99 "
              f"{p99 * 1e3:.1f} ms; the slowest:", flush=True)
        for took, name in ordered[-3:]:
            print(f"  {took * 1e3:.1f} ms, {name}", flush=True)
        if p99 > LATENCY_SECONDS:
            self.problem(f"p99 of the healthy caller is {p99 * 1e3:.0f} ms")
        if len(seconds) < 500:
            self.problem(f"the healthy caller made only {len(seconds)} calls")

    def check_log(self):
        with open(self.server.log_path, "rb") as file:
            log = file.read()
        for name, secret in (("the app's token", self.token), ("the app's secret", "s3cret"),
                             ("the operator's token", ADMIN), ("a session token", self.person)):
            if secret.encode() in log:
                self.problem(f"{name} is in the log")
        if len(log) > 20_000_000:
            self.problem(f"the log has {len(log)} bytes")

    def run(self, mutations):
        self.prepare()
        healthy = Healthy(self.server.address, self.token)
        time.sleep(1.0)
        began = time.monotonic()
        stalled = self.flood()
        self.one_by_one()
        self.mutations(mutations)
        # Half a header may take 15 s, and gives way earlier where memory is short; by now, or
        # soon, all were told so.
        statuses = stalled.head_answers(max(5.0, 25.0 - (time.monotonic() - began)))
        if not set(statuses) <= {408, 503}:
            counts = {status: statuses.count(status) for status in set(statuses)}
            self.problem(f"stalled headers were answered {counts}, not 408 or 503 and closed")
        seconds, problems, sent = healthy.finish()
        stalled.close()
        if not self.server.alive():
            return self.problem(f"the server is dead: {self.server.process.returncode}")
        self.check_healthy(seconds, problems)
        self.check_nothing_lost(sent)
        code = self.server.stop()
        if code != 0:
            self.problem(f"SIGTERM ended with {code}")
        self.check_log()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--mutations", type=int, default=8000)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="carillon-hostile-")
    test = Test(os.path.abspath(options.binary), folder, seed)
    began = time.monotonic()
    try:
        test.run(options.mutations)
    except (Lost, RuntimeError, OSError) as problem:
        test.problem(f"{problem!r}\n{test.server.log_tail()}")
    if test.server.alive():
        test.server.kill()
    print(f"{len(test.problems)} problems, {time.monotonic() - began:.0f} s")
    if test.problems:
        print(f"log kept in {test.server.log_path}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if test.problems else 0


if __name__ == "__main__":
    sys.exit(main())
