#!/usr/bin/env python3
"""The database of a shared store crashes and comes back, again and again, under load.

Shape   Some callers send small batches, each with a text of its own, over a server whose PostgreSQL is
        cut off (immediate shutdown) for a moment and started again. What was answered with success is
        in the store once, what was refused is not, and no call that had to wait got a wrong answer.
        While the database is away calls are refused quickly, but those of the group whose commit was
        under way, which are told the truth once it is known.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from harness import BATCH_SEND, Lost, Server, bearer
from postgres_cluster import PostgresCluster

APP, SECRET, CALLERS = "cli_a", "s3cret", 12
QUICK_SECONDS = 1.0  # of a refused call, on a machine that others use too
ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "users": [{"user_id": "ann"}, {"user_id": "bob"}],
    "apps": [{"app_id": APP, "app_secret": SECRET,
              "scopes": ["im:message", "im:message:send_multi_users"]}]}]}


class Callers:
    def __init__(self, server, token):
        self.server, self.token = server, token
        self.lock = threading.Lock()
        self.next = 0
        self.accepted, self.refused, self.lost, self.refusals = {}, set(), set(), []
        self.away = threading.Event()
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(CALLERS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.done.is_set():
            with self.lock:
                self.next += 1
                number = self.next
            body = json.dumps({"msg_type": "text", "content": {"text": f"number {number}"},
                               "user_ids": ["ann", "bob"]}).encode()
            began = time.monotonic()
            away = self.away.is_set()
            try:
                reply = self.server.once("POST", BATCH_SEND, bearer(self.token), body, timeout=60)
                answer = reply.json()
            except (Lost, ValueError):
                answer = None
            with self.lock:
                if answer is None:
                    self.lost.add(number)
                elif answer["code"] == 0:
                    self.accepted[number] = answer["data"]["message_id"]
                else:
                    self.refused.add(number)
                    if away and self.away.is_set():
                        self.refusals.append(time.monotonic() - began)

    def accepted_so_far(self):
        with self.lock:
            return len(self.accepted)

    def await_more(self, count, seconds=60):
        target, deadline = self.accepted_so_far() + count, time.monotonic() + seconds
        while self.accepted_so_far() < target:
            if time.monotonic() > deadline:
                raise RuntimeError("calls are not accepted again:\n" + self.server.log_tail())
            time.sleep(0.02)  # polling

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()


def stored_texts(cluster, store):
    """Text of each batch in the store -> how often it is there."""
    schema = store.split("search_path=")[1].rstrip("'")
    texts = {}
    for line in cluster.ask(f"SELECT convert_from(json, 'UTF8') FROM {schema}.batches").split("\n"):
        text = json.loads(line)["text"]
        texts[text] = texts.get(text, 0) + 1
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--restarts", type=int, default=8)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="carillon-restart-")
    cluster = PostgresCluster()
    problems = []
    try:
        store = cluster.new_store()
        server = Server(os.path.abspath(options.binary), f"{folder}/data", "--store", store,
                        "--profile", "own", "--set", "log.level=error")
        server.start()
        reply = server.operator("POST", "/api/v1/import", ORGANISATION)
        assert reply.status == 200, reply
        callers = Callers(server, server.app_token(APP, SECRET))
        for _ in range(options.restarts):
            callers.await_more(random.randrange(20, 200))
            cluster.stop()
            callers.away.set()
            time.sleep(random.random() * 0.6)
            callers.away.clear()
            cluster.start()
        callers.await_more(20)
        callers.stop()
        texts = stored_texts(cluster, store)
        for number in callers.accepted:
            if texts.get(f"number {number}") != 1:
                problems.append(f"call {number} was accepted and is there "
                                f"{texts.get(f'number {number}', 0)} times")
        for number in callers.refused:
            if f"number {number}" in texts:
                problems.append(f"call {number} was refused and is there")
        slow = [seconds for seconds in callers.refusals if seconds > QUICK_SECONDS]
        if slow:
            problems.append(f"{len(slow)} calls were refused slowly, {max(slow):.2f} s")
        code = server.stop()
        if code != 0:
            problems.append(f"SIGTERM ended with {code}\n{server.log_tail()}")
        doctor = subprocess.run([server.binary, "doctor", "--data", server.data, "--store", store],
                                capture_output=True, text=True, check=False)
        if doctor.returncode != 0:
            problems.append(doctor.stdout)
        print(f"restarts {options.restarts} accepted {len(callers.accepted)} refused "
              f"{len(callers.refused)} (slowest {max(callers.refusals, default=0):.3f} s) without "
              f"answer {len(callers.lost)} violations {len(problems)}")
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems[:20]:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
