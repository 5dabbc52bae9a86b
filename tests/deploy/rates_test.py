#!/usr/bin/env python3
"""What the nodes of one store have in common besides the store: an app's call rates and quota, and
the knocks by which a live inbox at one node hears of what another one commits.

    rates_test.py build/carillon
"""
import http.client
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy"))
from nodes import Nodes  # noqa: E402

BINARY = sys.argv.pop(1)
PER_SECOND, PER_MINUTE, QUOTA = 40, 200, 57
CALLERS_A_NODE = 2
OVER_RATE, OVER_QUOTA = 99991400, 11247
TOLERANCE = 0.1
ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "users": [{"user_id": "ann"}, {"user_id": "bob"}],
    "apps": [{"app_id": app, "app_secret": "s3cret", "scopes": [
        "im:message", "im:message:send_as_bot", "im:message:send_multi_users"]}
        for app in ("cli_rate", "cli_quota")]}]}


class Caller:
    """A connection that is kept."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def token(self, app):
        return self.ask("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                        {"app_id": app, "app_secret": "s3cret"})[1]["tenant_access_token"]

    def send(self, token, people, text):
        return self.ask("POST", "/open-apis/message/v4/batch_send/", {
            "user_ids": people, "msg_type": "text", "content": {"text": text}}, token)


class InCommon(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.nodes = Nodes(BINARY, settings=(
            f"feishu.rate_per_second={PER_SECOND}", f"feishu.rate_per_minute={PER_MINUTE}",
            f"feishu.daily_recipients={QUOTA}", "feishu.receiver_rate_per_second=0",
            "log.level=error")).__enter__()
        cls.nodes.fetch("/api/v1/import?format=json", ORGANISATION)

    @classmethod
    def tearDownClass(cls):
        cls.nodes.stop()

    def everywhere(self, app, call, until):
        """Calls at every node at once until `until` says of the answers so far that it is enough."""
        first = Caller(self.nodes.nodes[0].port)
        token = first.token(app)
        first.connection.close()
        answers, lock, over = [], threading.Lock(), threading.Event()

        def run(node):
            caller = Caller(node.port)
            while not over.is_set():
                answer = call(caller, token)
                with lock:
                    answers.append((time.time(), *answer))
                    if until(answers):
                        over.set()
            caller.connection.close()

        threads = [threading.Thread(target=run, args=(node,))
                   for node in self.nodes.nodes for _ in range(CALLERS_A_NODE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def test_an_app_may_call_all_nodes_together_as_often_as_one(self):
        while time.time() % 60 > 40:  # what is counted belongs to one minute
            time.sleep(0.1)  # polling
        began = time.time()
        answers = self.everywhere(
            "cli_rate", lambda caller, token: caller.ask(
                "GET", "/open-apis/im/v1/batch_messages/none/get_progress", token=token),
            lambda _: time.time() > began + PER_MINUTE / PER_SECOND + 4)
        admitted = [at for at, _, answer in answers if answer["code"] != OVER_RATE]
        seconds = {}
        for at in admitted:
            seconds[int(at)] = seconds.get(int(at), 0) + 1
        print(f"admitted {len(admitted)} of {len(answers)} calls, by second "
              f"{[seconds[second] for second in sorted(seconds)]}")
        self.assertGreater(len(answers), 2 * len(admitted), "too few calls to tell")
        self.assertGreaterEqual(len(admitted), PER_MINUTE)
        self.assertLessEqual(len(admitted), PER_MINUTE * (1 + TOLERANCE))

    def test_a_quota_is_exact(self):
        sent = [0]
        lock = threading.Lock()

        def send(caller, token):
            with lock:
                sent[0] += 1
                text = f"message {sent[0]}"
            return caller.send(token, ["ann"], text)

        deadline = time.time() + 100
        answers = self.everywhere(
            "cli_quota", send, lambda answers: time.time() > deadline or sum(
                answer["code"] == OVER_QUOTA for _, _, answer in answers) >= 20)
        codes = {}
        for _, _, answer in answers:
            codes[answer["code"]] = codes.get(answer["code"], 0) + 1
        print(f"codes {codes}")
        self.assertEqual(codes.get(0), QUOTA)
        self.assertGreaterEqual(codes.get(OVER_QUOTA, 0), 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
