#!/usr/bin/env python3
"""Three nodes behind HAProxy with deploy/haproxy.cfg, of which only the addresses are replaced.

Shape   Calls and live inboxes go through it, the caller's address arrives, a node that is killed
        costs no call that may be repeated, and long connections of apps reach the node that tells
        events, wherever that duty goes. With the store away callers are told so by a node.
"""

import base64
import http.client
import json
import os
import pathlib
import socket
import sys
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy"))
from nodes import Nodes  # noqa: E402

BINARY = sys.argv.pop(1)
CALLERS, CALLS_MIN = 8, 200
SEND = "/open-apis/message/v4/batch_send/"
SCOPES = ["im:message", "im:message:send_as_bot", "im:message:send_multi_users",
          "im:message:send_multi_depts"]


def app(app_id, **more):
    return {"app_id": app_id, "app_secret": "s3cret", "scopes": SCOPES, **more}


ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "users": [{"user_id": "ann"}, {"user_id": "bob"}],
    "apps": [app("cli_a"), app("cli_near", ip_allow=["127.0.0.2"]),
             app("cli_far", ip_allow=["203.0.113.9"])]}]}


class Caller:
    """One connection that is kept, and opened again only after it was ended."""

    def __init__(self, port, source="127.0.0.1"):
        self.port, self.source, self.connection, self.repeated = port, source, None, 0

    def call(self, method, path, token=None, body=None, **headers):
        """Status and body; OSError or HTTPException if there was no whole answer. As HTTP clients
        do it repeats what may be repeated after a kept connection was ended without a byte: so
        HAProxy tells of a node that reset the connection."""
        kept = self.connection is not None
        try:
            return self.try_call(method, path, token, body, headers)
        except http.client.RemoteDisconnected:
            if not kept or not (method == "GET" or "Idempotency_Key" in headers):
                raise
            self.repeated += 1
            return self.try_call(method, path, token, body, headers)

    def try_call(self, method, path, token, body, headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30, source_address=(self.source, 0))
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None,
                                    sent)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def token(self, app_id, **headers):
        body = {"app_id": app_id, "app_secret": "s3cret"}
        status, answer = self.call("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                                   body=body, **headers)
        return json.loads(answer)["tenant_access_token"]

    def send(self, token, text, **headers):
        body = {"user_ids": ["ann", "bob"], "msg_type": "text", "content": {"text": text}}
        status, answer = self.call("POST", SEND, token, body, **headers)
        return status, json.loads(answer) if status in (200, 400) else answer


# A control frame of the SDKs' long connection, whose header "type" is "ping".
PING = bytes.fromhex("0800 1000 1801 2000 2a0c 0a04") + b"type" + bytes.fromhex("1204") + b"ping"


class Socket:
    """A WebSocket after its handshake; what comes is looked at as bytes."""

    def __init__(self, port, path, token=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        lines = [f"GET {path} HTTP/1.1", "Host: carillon", "Connection: Upgrade",
                 "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.seen = b""
        self.read_until(b"\r\n\r\n")
        self.status = int(self.seen.split(b" ", 2)[1])

    def read_until(self, words):
        """False if it ended before."""
        while words not in self.seen:
            try:
                piece = self.socket.recv(4096)
            except OSError:
                return False
            if not piece:
                return False
            self.seen += piece
        return True

    def send_binary(self, payload):
        """As one masked frame, with a mask of zeros."""
        assert len(payload) < 126
        self.socket.sendall(b"\x82" + bytes([0x80 | len(payload)]) + bytes(4) + payload)

    def close(self):
        self.socket.close()


class Behind(unittest.TestCase):
    """What the cases share; each class has nodes of its own."""

    @classmethod
    def setUpClass(cls):
        wide = ("feishu.rate_per_second=0", "feishu.rate_per_minute=0",
                "feishu.daily_recipients=0", "feishu.receiver_rate_per_second=0",
                "log.level=error")
        cls.nodes = Nodes(BINARY, settings=wide).__enter__()
        cls.nodes.fetch("/api/v1/import?format=json", ORGANISATION)

    @classmethod
    def tearDownClass(cls):
        cls.nodes.stop()

    def setUp(self):
        self.caller = Caller(self.nodes.port)
        self.addCleanup(self.caller.close)

    def wait_for(self, condition, problem, seconds=40):
        self.nodes.wait_for(condition, problem, seconds)

    def start_again(self):
        def all_up():
            self.nodes.start_again()
            return all(self.nodes.state("nodes", node.name).startswith("UP")
                       for node in self.nodes.nodes)
        self.wait_for(all_up, "a node does not come back")

    def session(self, user):
        person = {"tenant_key": "acme", "user_id": user}
        return self.nodes.fetch("/api/v1/sessions", person)["token"]


class Calls(Behind):
    def test_what_was_sent_through_it_is_known_to_every_node(self):
        token = self.caller.token("cli_a")
        person = self.session("ann")
        used = {node.name: int(self.nodes.rows()["nodes", node.name]["stot"])
                for node in self.nodes.nodes}
        for number in range(9):
            status, answer = self.caller.send(token, f"number {number}")
            self.assertEqual((status, answer.get("code")), (200, 0), answer)
            for node in self.nodes.nodes:
                direct = Caller(node.port)
                status, page = direct.call("GET", "/api/v1/inbox?limit=1", person)
                direct.close()
                self.assertIn(f"number {number}".encode(), page)
        for node in self.nodes.nodes:
            self.assertGreater(int(self.nodes.rows()["nodes", node.name]["stot"]), used[node.name])

    def refused(self, app_id, caller=None, **headers):
        caller = caller or self.caller
        _, answer = caller.send(caller.token(app_id, **headers), "may I", **headers)
        return answer["code"] != 0

    def test_the_address_of_the_caller_arrives_and_cannot_be_claimed(self):
        near = Caller(self.nodes.port, source="127.0.0.2")
        self.addCleanup(near.close)
        self.assertFalse(self.refused("cli_near", near))
        self.assertTrue(self.refused("cli_near"))
        self.assertTrue(self.refused("cli_far", X_Forwarded_For="203.0.113.9"))
        direct = Caller(self.nodes.nodes[0].port)  # whom the node would believe
        self.addCleanup(direct.close)
        self.assertFalse(self.refused("cli_far", direct, X_Forwarded_For="203.0.113.9"))

    def test_a_live_inbox_hears_of_what_any_node_sends(self):
        live = Socket(self.nodes.port, "/api/v1/inbox/live", self.session("bob"))
        self.addCleanup(live.close)
        self.assertEqual(live.status, 101)
        token = self.caller.token("cli_a")
        for number, node in enumerate(self.nodes.nodes):
            direct = Caller(node.port)
            _, answer = direct.send(token, f"live {number}")
            direct.close()
            self.assertEqual(answer["code"], 0)
            self.assertTrue(live.read_until(f"live {number}".encode()))

    def lose(self, victim, end):
        """Ends a node while many call: what failed, and what its caller has to look after."""
        token = self.caller.token("cli_a")
        _, sent = self.caller.send(token, "first")
        progress = f"/open-apis/im/v1/batch_messages/{sent['data']['message_id']}/get_progress"
        over, lock = threading.Event(), threading.Lock()
        count = {"asked": 0, "sent with a key": 0, "sent without": 0}
        failed, doubtful = [], []

        def run(kind, number):
            caller, turn = Caller(self.nodes.port), 0
            while not over.is_set():
                turn += 1
                try:
                    if kind == "asked":
                        status, answer = caller.call("GET", progress, token)
                    elif kind == "sent with a key":
                        status, answer = caller.send(token, f"{number} {turn}",
                                                     Idempotency_Key=f"{number}-{turn}")
                    else:
                        status, answer = caller.send(token, f"{number} {turn}")
                except (OSError, http.client.HTTPException) as problem:
                    status, answer = 0, repr(problem)
                with lock:
                    if status == 200:
                        count[kind] += 1
                    else:
                        (doubtful if kind == "sent without" else failed).append((status, answer))
            caller.close()
            with lock:
                count["repeated by the caller"] += caller.repeated

        kinds = list(count)
        count["repeated by the caller"] = 0
        threads = [threading.Thread(target=run, args=(kind, number))
                   for number, kind in enumerate(kinds * CALLERS)]
        for thread in threads:
            thread.start()
        self.wait_for(lambda: min(count[kind] for kind in kinds) > CALLS_MIN, "no calls")
        self.addCleanup(self.start_again)
        end()
        self.wait_for(lambda: self.nodes.state("nodes", victim.name) == "DOWN", "it stays in")
        with lock:
            so_far = dict(count)
        self.wait_for(lambda: all(count[kind] > so_far[kind] + CALLS_MIN for kind in kinds),
                      "calls do not go on")
        over.set()
        for thread in threads:
            thread.join()
        print(f"{victim.name} lost under load: {count}, {len(failed)} failed, "
              f"{len(doubtful)} sent without a key and not known to have been carried out")
        return failed, doubtful

    def test_a_killed_node_costs_no_call_that_may_be_repeated(self):
        victim = self.nodes.nodes[2]
        failed, doubtful = self.lose(victim, victim.kill)
        self.assertEqual(failed, [])
        # At most what was under way at the node: a call of each caller.
        self.assertLessEqual(len(doubtful), CALLERS, doubtful)

    def test_a_node_that_ends_in_order_costs_no_call(self):
        victim = self.nodes.nodes[1]
        failed, doubtful = self.lose(victim, victim.stop)
        self.assertEqual(failed + doubtful, [])

    def test_without_the_store_a_node_says_so(self):
        self.nodes.cluster.stop()
        try:
            self.wait_for(lambda: self.nodes.state("nodes", "BACKEND") == "DOWN", "still ready")
            status, answer = self.caller.call("GET", "/api/v1/overview", self.nodes.token)
            self.assertEqual(status, 503)
            self.assertEqual(json.loads(answer)["type"], "urn:carillon:problem:unavailable")
        finally:
            self.nodes.cluster.start()
        self.start_again()


class LongConnections(Behind):
    def open_long_connection(self):
        _, answer = self.caller.call("POST", "/callback/ws/endpoint",
                                     body={"AppID": "cli_a", "AppSecret": "s3cret"})
        answer = json.loads(answer)
        self.assertEqual(answer["code"], 0, answer)
        url = urllib.parse.urlsplit(answer["data"]["URL"])
        self.assertEqual(f"http://{url.netloc}", self.nodes.url)
        return Socket(self.nodes.port, f"{url.path}?{url.query}")

    def connections_by_node(self):
        rows = self.nodes.rows()
        return {node.name: int(rows["events", node.name]["scur"]) for node in self.nodes.nodes}

    def test_it_follows_the_duty(self):
        self.wait_for(self.nodes.events_go_right, "nobody tells events")
        before = self.nodes.teller()
        connection = self.open_long_connection()
        self.addCleanup(connection.close)
        self.assertEqual(connection.status, 101)
        self.assertEqual(self.connections_by_node(),
                         {node.name: int(node is before) for node in self.nodes.nodes})

        self.addCleanup(self.start_again)
        began = time.monotonic()
        before.kill()
        self.assertFalse(connection.read_until(b"never"))
        self.wait_for(lambda: self.nodes.teller() not in (None, before), "nobody takes over")
        after = self.nodes.teller()
        self.wait_for(self.nodes.events_go_right, "HAProxy does not see it")
        print(f"duty: {before.name} killed, {after.name} has it after "
              f"{time.monotonic() - began:.1f} s")
        again = self.open_long_connection()
        self.addCleanup(again.close)
        self.assertEqual(again.status, 101)
        self.assertEqual(self.connections_by_node(),
                         {node.name: int(node is after) for node in self.nodes.nodes})
        self.start_again()

        # In order it keeps the duty to its end, and hands it over at once. Connections that stayed
        # behind would hear of nothing.
        after.process.terminate()
        self.assertFalse(again.read_until(b"never"))
        began = time.monotonic()
        after.stop()
        self.wait_for(lambda: self.nodes.teller() not in (None, after), "nobody takes over")
        print(f"duty: {after.name} stopped, another has it after {time.monotonic() - began:.1f} s")

    def test_what_happened_is_told_over_it(self):
        self.wait_for(self.nodes.events_go_right, "nobody tells events")
        connection = self.open_long_connection()
        self.addCleanup(connection.close)
        # Events wait for a connection that has shown that it listens, as the SDKs do at once.
        connection.send_binary(PING)
        self.assertTrue(connection.read_until(b"pong"))
        token = self.caller.token("cli_a")
        other = next(node for node in self.nodes.nodes if node is not self.nodes.teller())
        direct = Caller(other.port)
        self.addCleanup(direct.close)
        _, answer = direct.send(token, "to be told")
        self.assertEqual(answer["code"], 0)
        self.assertTrue(connection.read_until(answer["data"]["message_id"].encode()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
