#!/usr/bin/env python3
"""Watches the server's system calls: a writing call is answered only after a sync of the store.

Shape   The server runs under strace. Each call carries a mark of its own in a header. In the trace,
        between the read that brought the mark in and the first bytes of the answer, a sync of a
        file below the data folder must have begun and ended; for get_progress, none.
Source  I1: acknowledged is durable.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time

from harness import BATCH_SEND, Server, batch_path, bearer

TRACED = "fdatasync,fsync,read,recvfrom,recvmsg,sendto,sendmsg,write,writev"
RECEIVING = {"read", "recvfrom", "recvmsg"}
SENDING = {"sendto", "sendmsg", "write", "writev"}
SYNCING = {"fdatasync", "fsync"}
LINE = re.compile(r"^(\d+) +[\d:.]+ (?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$")

ORGANISATION = {"tenants": [{
    "tenant_key": "acme",
    "users": [{"user_id": f"u{n}"} for n in range(2000)],
    "departments": [{"department_id": "all"}],
    "apps": [{"app_id": "cli_trace", "app_secret": "s3cret",
              "scopes": ["im:message", "im:message:send_multi_users",
                         "im:message:send_multi_depts"]}],
}]}


class Call:
    """One system call: where in the trace it began and ended, and what it moved."""

    def __init__(self, name, begin):
        self.name = name
        self.begin = begin
        self.end = None
        self.text = ""


def parse(trace):
    calls, open_calls = [], {}
    for number, line in enumerate(trace.splitlines()):
        match = LINE.match(line)
        if not match:
            continue
        thread, name, text, resumed, rest = match.groups()
        if resumed:
            call = open_calls.pop(thread, None)
            if call is None:
                continue
            call.text += rest
        else:
            call = Call(name, number)
            call.text = text
            calls.append(call)
            if text.endswith("<unfinished ...>"):
                open_calls[thread] = call
                continue
        call.end = number
    return calls


class Trace:
    def __init__(self, text, data):
        self.calls = parse(text)
        self.data = data

    def window(self, mark):
        """The lines between the arrival of that request and the first bytes of its answer."""
        came = [c.end for c in self.calls if c.name in RECEIVING and mark in c.text and c.end]
        if not came:
            raise RuntimeError(f"no read brought {mark}")
        for call in self.calls:
            if call.name in SENDING and call.begin > came[0] and "HTTP/1.1 " in call.text:
                return came[0], call.begin
        raise RuntimeError(f"{mark} was not answered")

    def syncs(self, mark):
        first, last = self.window(mark)
        return [c for c in self.calls
                if c.name in SYNCING and self.data in c.text and c.end
                and c.begin > first and c.end < last and c.text.rstrip().endswith("= 0")]


class Marked:
    """A connection whose calls are numbered, so that the trace shows which is which."""

    def __init__(self, server):
        self.connection = server.connect(60)
        self.marks = []

    def call(self, kind, method, target, token, body=None):
        mark = f"trace-mark-{len(self.marks):04d}-"
        self.marks.append((kind, mark))
        headers = {"X-Mark": mark, **bearer(token)}
        data = json.dumps(body).encode() if body is not None else b""
        reply = self.connection.call(method, target, headers, data)
        if reply.status != 200 or reply.json().get("code", 0) != 0:
            raise RuntimeError(f"{kind}: {reply}")
        return reply.json()


def drive(server):
    """The calls to look at, one after another."""
    reply = server.operator("POST", "/api/v1/import", ORGANISATION)
    if reply.status != 200:
        raise RuntimeError(f"import: {reply}")
    token = server.app_token("cli_trace", "s3cret")
    person = server.session("acme", "u1")
    calls = Marked(server)
    for n in range(10):
        text = {"msg_type": "text", "content": {"text": f"message {n}"}}
        sent = calls.call("batch_send", "POST", BATCH_SEND, token, {"user_ids": ["u1"], **text})
        batch_id = sent["data"]["message_id"]
        for _ in range(500):
            inbox = calls.call("inbox", "GET", "/api/v1/inbox?limit=1", person)
            if inbox["messages"] and inbox["messages"][0]["batch_id"] == batch_id:
                break
            time.sleep(0.02)
        read = calls.call("inbox/read", "POST", "/api/v1/inbox/read", person,
                          {"message_ids": [inbox["messages"][0]["message_id"]]})
        if read != {"read": 1}:
            raise RuntimeError(f"inbox/read: {read}")
        calls.call("recall", "DELETE", batch_path(batch_id), token)
        time.sleep(0.5)  # the recall's count climbs by itself, with syncs of its own
        for _ in range(3):
            calls.call("get_progress", "GET", batch_path(batch_id, "/get_progress"), token)
            calls.call("read_user", "GET", batch_path(batch_id, "/read_user"), token)
    calls.connection.close()
    return calls.marks


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    options = parser.parse_args()
    if not shutil.which("strace"):
        print("strace is missing; install the package strace")
        return 1
    folder = tempfile.mkdtemp(prefix="carillon-sync-")
    trace_path = f"{folder}/trace"
    strace = ["strace", "-f", "-tt", "-y", "-s", "1024", "-e", f"trace={TRACED}",
              "-e", "signal=none", "-o", trace_path]
    server = Server(os.path.abspath(options.binary), f"{folder}/data", "--profile", "own",
                    wrapper=strace)
    try:
        server.start()
        marks = drive(server)
        server.stop()
        with open(trace_path, encoding="utf-8", errors="replace") as file:
            trace = Trace(file.read(), server.data)
    except RuntimeError as problem:
        print(f"{problem}\n{server.log_tail()}\ntrace kept in {folder}")
        return 1
    wrong = 0
    counts = {}
    for kind, mark in marks:
        syncs = len(trace.syncs(mark))
        counts.setdefault(kind, []).append(syncs)
        if kind in ("batch_send", "inbox/read", "recall") and syncs == 0:
            print(f"VIOLATION: {kind} ({mark}) was answered without a sync of the store")
            wrong += 1
        if kind in ("get_progress", "read_user") and syncs > 0:
            print(f"VIOLATION: {kind} ({mark}) waited for {syncs} syncs")
            wrong += 1
    for kind, syncs in counts.items():
        if kind != "inbox":
            print(f"{kind}: {len(syncs)} calls, syncs before the answer {min(syncs)} to "
                  f"{max(syncs)}")
    if wrong:
        print(f"trace kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
